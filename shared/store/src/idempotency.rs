//! Keys by which a caller may repeat a write without doing it twice. The key, the work and the answer are in
//! one transaction: whoever repeats a key at the same time waits for it, and then hears the same answer.
//! What was refused is not kept, so that it may be tried again with the same key.

use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;

use crate::{Db, StoreError, Tx};

/// How long an answer is kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What is known of a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// Nothing: do the work and [`finish`] in the same transaction.
    Fresh,
    /// It was done: answer this.
    Replay {
        /// The status then.
        status: u16,
        /// The body then.
        body: serde_json::Value,
    },
    /// The same key came with another body or for another route.
    Reused,
}

/// Takes the key for the work of this transaction.
///
/// # Errors
/// When Postgres is away.
pub async fn begin(tx: &mut Tx, caller: &str, key: &str, route: &str, body_hash: &[u8]) -> Result<Begun, StoreError> {
    let now = tx.now();
    let taken = sqlx::query(
        "INSERT INTO idempotency_keys AS k (caller, key, route, body_hash, created_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (caller, key) DO UPDATE SET route = $3, body_hash = $4, status = NULL, body = NULL, created_at = $5 \
         WHERE k.created_at < $6",
    )
    .bind(caller)
    .bind(key)
    .bind(route)
    .bind(body_hash)
    .bind(now.to_sqlx())
    .bind((now - KEPT).to_sqlx())
    .execute(tx.connection())
    .await?;
    if taken.rows_affected() == 1 {
        return Ok(Begun::Fresh);
    }
    let (was_route, was_hash, status, body): (String, Vec<u8>, Option<i16>, Option<serde_json::Value>) =
        sqlx::query_as("SELECT route, body_hash, status, body FROM idempotency_keys WHERE caller = $1 AND key = $2")
            .bind(caller)
            .bind(key)
            .fetch_one(tx.connection())
            .await?;
    if was_route != route || was_hash != body_hash {
        return Ok(Begun::Reused);
    }
    match (status.and_then(|s| u16::try_from(s).ok()), body) {
        (Some(status), Some(body)) => Ok(Begun::Replay { status, body }),
        _ => Err(StoreError::impossible("idempotency_keys", "a key without its answer")),
    }
}

/// Keeps the answer, in the transaction of the work.
///
/// # Errors
/// When Postgres is away.
pub async fn finish(
    tx: &mut Tx,
    caller: &str,
    key: &str,
    status: u16,
    body: &serde_json::Value,
) -> Result<(), StoreError> {
    let status = i16::try_from(status).map_err(|e| StoreError::impossible("idempotency_keys", e))?;
    sqlx::query("UPDATE idempotency_keys SET status = $3, body = $4 WHERE caller = $1 AND key = $2")
        .bind(caller)
        .bind(key)
        .bind(status)
        .bind(body)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Forgets up to `limit` answers that are older than [`KEPT`]. Returns how many.
///
/// # Errors
/// When Postgres is away.
pub async fn forget_old(db: &Db, limit: i64) -> Result<u64, StoreError> {
    let before = (db.clock().now() - KEPT).to_sqlx();
    let done = sqlx::query(
        "DELETE FROM idempotency_keys WHERE (caller, key) IN ( \
             SELECT caller, key FROM idempotency_keys WHERE created_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind(before)
    .bind(limit)
    .execute(db.pool())
    .await?;
    Ok(done.rows_affected())
}
