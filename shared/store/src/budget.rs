//! The ledger of calls a second, in one row for the whole organization. It goes by Postgres' clock.

use domain::governor::{LaneLedger, Ledger, Loan, Wish};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::{Db, StoreError};

/// A loan, and the time by Postgres at which it was made.
#[derive(Debug, Clone, Copy)]
pub struct Lent {
    /// What was lent.
    pub loan: Loan,
    /// When.
    pub at: Timestamp,
}

/// How the budget stands, for those who look.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// What throttles leave of the rate now, of 1.
    pub rate_factor: f64,
    /// Calls lent since the beginning.
    pub lent: i64,
    /// Throttles since the beginning.
    pub throttled: i64,
    /// Places in use by creations.
    pub creations: i64,
    /// Places in use by deletions.
    pub deletions: i64,
    /// How long AWS takes for a creation, in seconds, as far as it was learned.
    pub creation_s: Option<f64>,
    /// How long it takes for a deletion.
    pub deletion_s: Option<f64>,
}

#[derive(sqlx::FromRow)]
struct Row {
    now: jiff_sqlx::Timestamp,
    next_at: jiff_sqlx::Timestamp,
    revocation_next_at: jiff_sqlx::Timestamp,
    usual_next_at: jiff_sqlx::Timestamp,
    background_next_at: jiff_sqlx::Timestamp,
    revocation_waits: jiff_sqlx::Timestamp,
    usual_waits: jiff_sqlx::Timestamp,
    background_waits: jiff_sqlx::Timestamp,
    rate_factor: f64,
    rate_cut_at: jiff_sqlx::Timestamp,
}

impl Row {
    fn ledger(&self) -> Ledger {
        let lane = |next: jiff_sqlx::Timestamp, waits: jiff_sqlx::Timestamp| LaneLedger {
            next_at: next.to_jiff(),
            waits_until: waits.to_jiff(),
        };
        Ledger {
            next_at: self.next_at.to_jiff(),
            lanes: [
                lane(self.revocation_next_at, self.revocation_waits),
                lane(self.usual_next_at, self.usual_waits),
                lane(self.background_next_at, self.background_waits),
            ],
            factor: self.rate_factor,
            cut_at: self.rate_cut_at.to_jiff(),
        }
    }
}

/// Lends calls. `refused` is how many creations and deletions AWS would not take up since the process asked last: it
/// may have fewer places for us than we think.
///
/// # Errors
/// When Postgres is away.
pub async fn lend(db: &Db, wish: &Wish, refused: u32) -> Result<Lent, StoreError> {
    let mut tx =
        db.pool().begin_with("BEGIN; SET LOCAL synchronous_commit = off; SET LOCAL lock_timeout = '1s'").await?;
    let row: Row =
        sqlx::query_as("SELECT *, clock_timestamp() AS now FROM governor FOR UPDATE").fetch_one(&mut *tx).await?;
    let now = row.now.to_jiff();
    let mut ledger = row.ledger();
    let loan = ledger.lend(now, wish);
    let [revocation, usual, background] = ledger.lanes;
    sqlx::query(
        "UPDATE governor SET next_at = $1, revocation_next_at = $2, usual_next_at = $3, background_next_at = $4, \
             revocation_waits = $5, usual_waits = $6, background_waits = $7, rate_factor = $8, rate_cut_at = $9, \
             lent = lent + $10, throttled = throttled + $11, \
             slots_cut = CASE WHEN $12 AND slots_cut_at < $13 - interval '1 second' \
                 THEN LEAST(GREATEST(slots_cut - EXTRACT(EPOCH FROM $13 - slots_cut_at)::float8 / 4, 0) + 1, 8) ELSE slots_cut END, \
             slots_cut_at = CASE WHEN $12 AND slots_cut_at < $13 - interval '1 second' THEN $13 ELSE slots_cut_at END",
    )
    .bind(ledger.next_at.to_sqlx())
    .bind(revocation.next_at.to_sqlx())
    .bind(usual.next_at.to_sqlx())
    .bind(background.next_at.to_sqlx())
    .bind(revocation.waits_until.to_sqlx())
    .bind(usual.waits_until.to_sqlx())
    .bind(background.waits_until.to_sqlx())
    .bind(ledger.factor)
    .bind(ledger.cut_at.to_sqlx())
    .bind(i64::from(loan.calls))
    .bind(i64::from(wish.throttled))
    .bind(refused > 0)
    .bind(row.now)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Lent { loan, at: now })
}

/// Tells how long AWS takes for creations and deletions, in seconds, as this process learned it.
///
/// # Errors
/// When Postgres is away.
pub async fn learned(db: &Db, creation_s: Option<f64>, deletion_s: Option<f64>) -> Result<(), StoreError> {
    sqlx::query("UPDATE governor SET creation_s = COALESCE($1, creation_s), deletion_s = COALESCE($2, deletion_s)")
        .bind(creation_s)
        .bind(deletion_s)
        .execute(db.pool())
        .await?;
    Ok(())
}

/// How it stands.
///
/// # Errors
/// When Postgres is away.
pub async fn standing(connection: &mut PgConnection) -> Result<Standing, StoreError> {
    let (creations, deletions) = crate::slots::in_use(&mut *connection).await?;
    let row: Row =
        sqlx::query_as("SELECT *, clock_timestamp() AS now FROM governor").fetch_one(&mut *connection).await?;
    let (lent, throttled, creation_s, deletion_s): (i64, i64, Option<f64>, Option<f64>) =
        sqlx::query_as("SELECT lent, throttled, creation_s, deletion_s FROM governor").fetch_one(connection).await?;
    let rate_factor = row.ledger().factor_at(row.now.to_jiff());
    Ok(Standing { rate_factor, lent, throttled, creations, deletions, creation_s, deletion_s })
}
