//! Places among the operations that AWS lets an organization have under way at once.
//!
//! A place is a number in the row of the assignment that it is taken for: it is taken with the lease, kept by the
//! attempt across crashes, and free with the commit that ends the attempt. So no process can lose one.

use domain::AssignmentId;
use domain::assignment::Work;
pub use domain::governor::Slots;
use domain::governor::{Standing, free};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{StoreError, Tx};

/// An operation of which nothing was heard for so long is not under way any more.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_mins(10);
/// Serialises those who take places: whoever waits for it holds only rows that no holder waits for.
const TAKING: i64 = 0x6375_7266_6577_0001;

/// Holds everybody else who takes places off until the transaction ends, and says what is free. Before it, whatever
/// the transaction has to wait for is locked: after it, it takes only what nobody holds.
pub(crate) async fn look(tx: &mut Tx, slots: &Slots, work: Work) -> Result<Vec<i16>, StoreError> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(TAKING).execute(tx.connection()).await?;
    let now = tx.now().to_sqlx();
    sqlx::query(
        "UPDATE assignments SET slot = NULL, slot_until = NULL \
         WHERE id IN (SELECT id FROM assignments WHERE slot IS NOT NULL AND slot_until <= $1 FOR UPDATE SKIP LOCKED)",
    )
    .bind(now)
    .execute(tx.connection())
    .await?;
    let standing = standing(tx.connection(), work, now).await?;
    Ok(free(slots, &standing, work))
}

async fn standing(
    connection: &mut PgConnection,
    work: Work,
    now: jiff_sqlx::Timestamp,
) -> Result<Standing, StoreError> {
    let other = if work == Work::Create { Work::Delete } else { Work::Create };
    let (other_waits, cut): (bool, f64) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM assignments WHERE work = $1 AND due_at <= $2 AND slot IS NULL \
                 AND (leased_until IS NULL OR leased_until <= $2) AND first_absent_at IS NULL \
                 AND NOT (work = 'delete' AND (state = 'absent' OR origin IS NOT DISTINCT FROM 'pre_existing'))) \
             AND ($1 = 'delete' OR (SELECT creations_wait > $2 - interval '3 seconds' FROM governor)), \
             (SELECT GREATEST(slots_cut - EXTRACT(EPOCH FROM clock_timestamp() - slots_cut_at)::float8 / 4, 0) FROM governor)",
    )
    .bind(other.as_str())
    .bind(now)
    .fetch_one(&mut *connection)
    .await?;
    let taken: Vec<(i16, bool)> =
        sqlx::query_as("SELECT slot, work = 'create' FROM assignments WHERE slot IS NOT NULL")
            .fetch_all(connection)
            .await?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count that is not negative")]
    let cut = cut.ceil() as u16;
    Ok(Standing { taken, cut, other_waits })
}

/// Remembers that there may be creations without a place: those who delete leave them their share for a moment. Where
/// nobody creates, being away or told not to, they need not.
pub(crate) async fn creations_wait(tx: &mut Tx) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query("UPDATE governor SET creations_wait = $1").bind(now).execute(tx.connection()).await?;
    Ok(())
}

/// Frees the place of an operation that is over, before what it did is read back: others need not wait for that.
///
/// # Errors
/// When Postgres is away.
pub async fn release(connection: &mut PgConnection, id: AssignmentId, lease: Uuid) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE assignments SET slot = NULL, slot_until = NULL WHERE id = $1 AND lease_token = $2 AND slot IS NOT NULL",
    )
    .bind(id.uuid())
    .bind(lease)
    .execute(connection)
    .await?;
    Ok(())
}

/// How many places are in use: (by creations, by others).
///
/// # Errors
/// When Postgres is away.
pub async fn in_use(connection: &mut PgConnection) -> Result<(i64, i64), StoreError> {
    Ok(sqlx::query_as(
        "SELECT count(*) FILTER (WHERE work = 'create'), count(*) FILTER (WHERE work <> 'create') \
         FROM assignments WHERE slot IS NOT NULL",
    )
    .fetch_one(connection)
    .await?)
}

/// Whether somebody who found nothing to take shall look again soon: there is due work that waits for a place.
pub(crate) fn look_again(slots: &Slots, work: Work, due: Timestamp, now: Timestamp) -> Timestamp {
    const WAIT: SignedDuration = SignedDuration::from_millis(20);
    if due <= now && slots.cover(work) { now + WAIT } else { due }
}
