//! What cannot go on by itself. Most of it stands in the tables that it is about, and is only looked for here; messages
//! that no consumer could take are kept here.

mod handle;
mod list;

use jiff_sqlx::ToSqlx;

use crate::{Db, StoreError, new_id};

pub(crate) use handle::at_once;
pub use handle::{Retry, acknowledge, begin_retry, message, republished};
pub use list::{Count, Parked, counts, get, list};

/// Keeps a message where an operator sees it.
///
/// # Errors
/// When Postgres is away.
pub async fn park(db: &Db, queue: &str, body: &[u8], reason: &str) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO parked (id, queue, body, reason, parked_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(new_id())
        .bind(queue)
        .bind(body)
        .bind(reason)
        .bind(db.clock().now().to_sqlx())
        .execute(db.pool())
        .await?;
    Ok(())
}

/// How many messages are parked.
///
/// # Errors
/// When Postgres is away.
pub async fn count(db: &Db) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM parked WHERE retried_at IS NULL").fetch_one(db.pool()).await?)
}
