//! Who reads a part now, so that several processes do not spend the organization's quotas on the same answers.
//!
//! A claim is a courtesy and no fence: should one lapse while its holder still reads, two read the same, and the later
//! one wins with what is as true as the other's.

use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::Part;
use crate::{Db, StoreError, Tx};

/// How long a claim holds without being renewed.
const HOLDS: SignedDuration = SignedDuration::from_secs(30);

/// Whoever reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim(Uuid);

impl Claim {
    /// A new one, for a process.
    #[must_use]
    pub fn new() -> Self {
        Self(crate::new_id())
    }
}

impl Default for Claim {
    fn default() -> Self {
        Self::new()
    }
}

/// Takes a part, which [`super::sync`] has locked and found free.
///
/// # Errors
/// When Postgres is away.
pub async fn claim(tx: &mut Tx, part: Part, claim: Claim) -> Result<(), StoreError> {
    let (now, until) = (tx.now().to_sqlx(), until(tx));
    sqlx::query("UPDATE directory_syncs SET claimed_by = $2, claimed_until = $3, begun_at = $4, read_so_far = 0 WHERE part = $1")
        .bind(part.as_str())
        .bind(claim.0)
        .bind(until)
        .bind(now)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Holds it for longer, and says how much of it was read.
///
/// # Errors
/// When Postgres is away.
pub async fn renew(tx: &mut Tx, part: Part, claim: Claim, so_far: i64) -> Result<(), StoreError> {
    let until = until(tx);
    sqlx::query(
        "UPDATE directory_syncs SET claimed_until = $3, read_so_far = $4 \
         WHERE part = $1 AND claimed_by = $2 AND claimed_until IS NOT NULL",
    )
    .bind(part.as_str())
    .bind(claim.0)
    .bind(until)
    .bind(so_far)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// In a rotation: the next piece is read after this rest.
///
/// # Errors
/// When Postgres is away.
pub async fn settle(tx: &mut Tx, part: Part, rest: SignedDuration) -> Result<(), StoreError> {
    let until = tx.now().checked_add(rest).unwrap_or(jiff::Timestamp::MAX).to_sqlx();
    sqlx::query("UPDATE directory_syncs SET rest_until = $2, claimed_until = NULL WHERE part = $1")
        .bind(part.as_str())
        .bind(until)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Lets everything go that a process had taken, when it stops.
///
/// # Errors
/// When Postgres is away.
pub async fn give_back_all(db: &Db, claim: Claim) -> Result<(), StoreError> {
    sqlx::query("UPDATE directory_syncs SET claimed_until = NULL WHERE claimed_by = $1")
        .bind(claim.0)
        .execute(db.pool())
        .await?;
    Ok(())
}

fn until(tx: &Tx) -> jiff_sqlx::Timestamp {
    tx.now().checked_add(HOLDS).unwrap_or(jiff::Timestamp::MAX).to_sqlx()
}
