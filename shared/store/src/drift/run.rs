//! One comparison of everything, in pieces that are leased, and the brake on its repairs.

use domain::Fact;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{StoreError, Tx};

/// A claimed piece of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The run's number, from 1.
    pub run: i64,
    /// Where it goes on; empty at its beginning.
    pub place: String,
    /// The lease's token.
    pub lease: Uuid,
}

/// How the comparison stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The last run's number; 0 before the first.
    pub run: i64,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When the last whole one was done.
    pub finished_at: Option<Timestamp>,
    /// Whether the brake is on, and since when.
    pub braked_at: Option<Timestamp>,
}

/// How the brake stands when a run is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brake {
    /// Repairs may be made as usual.
    Off,
    /// None may be made.
    On,
    /// An admin said that they shall be made.
    Released,
}

#[derive(sqlx::FromRow)]
struct Row {
    run: i64,
    place: Option<String>,
    whole: bool,
    started_at: Option<jiff_sqlx::Timestamp>,
    finished_at: Option<jiff_sqlx::Timestamp>,
    lease_token: Option<Uuid>,
    braked_at: Option<jiff_sqlx::Timestamp>,
    released_at: Option<jiff_sqlx::Timestamp>,
}

/// Leases the next piece of the run under way, or begins a run that is due. `None` where nothing is, or somebody else
/// has it.
///
/// # Errors
/// When Postgres is away.
pub async fn claim(tx: &mut Tx, lease: SignedDuration) -> Result<Option<Piece>, StoreError> {
    let now = tx.now();
    let row: Option<Row> = sqlx::query_as(
        "UPDATE reconciliation SET lease_token = gen_random_uuid(), leased_until = $2, \
             run = CASE WHEN place IS NULL THEN run + 1 ELSE run END, \
             whole = CASE WHEN place IS NULL THEN true ELSE whole END, \
             started_at = CASE WHEN place IS NULL THEN $1 ELSE started_at END, place = COALESCE(place, '') \
         WHERE (leased_until IS NULL OR leased_until <= $1) AND (place IS NOT NULL OR next_at <= $1) RETURNING *",
    )
    .bind(now.to_sqlx())
    .bind((now + lease).to_sqlx())
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.and_then(|row| Some(Piece { run: row.run, place: row.place?, lease: row.lease_token? })))
}

/// Gives a piece back: the run goes on at `place`. `whole`: everything of it was read.
///
/// # Errors
/// [`StoreError::Raced`] when the lease is lost.
pub async fn give_back(tx: &mut Tx, piece: &Piece, place: &str, whole: bool) -> Result<(), StoreError> {
    let kept = sqlx::query(
        "UPDATE reconciliation SET place = $2, whole = whole AND $3, lease_token = NULL, leased_until = NULL WHERE lease_token = $1",
    )
    .bind(piece.lease)
    .bind(place)
    .bind(whole)
    .execute(tx.connection())
    .await?;
    if kept.rows_affected() == 0 { Err(lost()) } else { Ok(()) }
}

/// Ends the run, the lease still held. Says whether everything was read, and how the brake stands.
///
/// # Errors
/// [`StoreError::Raced`] when the lease is lost.
pub async fn finish(tx: &mut Tx, piece: &Piece, next_at: Timestamp) -> Result<(bool, Brake), StoreError> {
    let now = tx.now().to_sqlx();
    let row: Option<Row> = sqlx::query_as(
        "UPDATE reconciliation SET place = NULL, lease_token = NULL, leased_until = NULL, next_at = $3, \
             finished_at = CASE WHEN whole THEN $2 ELSE finished_at END WHERE lease_token = $1 RETURNING *",
    )
    .bind(piece.lease)
    .bind(now)
    .bind(next_at.to_sqlx())
    .fetch_optional(tx.connection())
    .await?;
    let row = row.ok_or_else(lost)?;
    let brake = match (row.braked_at, row.released_at) {
        (None, _) => Brake::Off,
        (Some(_), None) => Brake::On,
        (Some(_), Some(_)) => Brake::Released,
    };
    Ok((row.whole, brake))
}

fn lost() -> StoreError {
    StoreError::Raced { what: "the lease of the comparison" }
}

/// Puts the brake on, or takes it off after the repairs that it was released for.
///
/// # Errors
/// When Postgres is away.
pub async fn set_brake(tx: &mut Tx, braked: bool) -> Result<(), StoreError> {
    let at = braked.then(|| tx.now().to_sqlx());
    sqlx::query("UPDATE reconciliation SET braked_at = $1, released_at = NULL, released_by = NULL")
        .bind(at)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// An admin says that the repairs shall be made: everything is compared once more at once, and then they are. False
/// where the brake is not on.
///
/// # Errors
/// When Postgres is away.
pub async fn release(tx: &mut Tx, by: &str) -> Result<bool, StoreError> {
    let now = tx.now().to_sqlx();
    let released = sqlx::query(
        "UPDATE reconciliation SET released_by = $1, released_at = $2, next_at = LEAST(next_at, $2) \
         WHERE braked_at IS NOT NULL AND released_at IS NULL",
    )
    .bind(by)
    .bind(now)
    .execute(tx.connection())
    .await?;
    if released.rows_affected() == 0 {
        return Ok(false);
    }
    let orphans = super::orphans(tx.connection()).await?.len();
    tx.record(Fact::DriftBrakeReleased { orphans: u64::try_from(orphans).unwrap_or(u64::MAX) });
    Ok(true)
}

/// How the comparison stands.
///
/// # Errors
/// When Postgres is away.
pub async fn status(connection: &mut PgConnection) -> Result<Run, StoreError> {
    let row: Row = sqlx::query_as("SELECT * FROM reconciliation").fetch_one(connection).await?;
    let time = |t: Option<jiff_sqlx::Timestamp>| t.map(jiff_sqlx::Timestamp::to_jiff);
    Ok(Run {
        run: row.run,
        started_at: time(row.started_at),
        finished_at: time(row.finished_at),
        braked_at: time(row.braked_at).filter(|_| row.released_at.is_none()),
    })
}
