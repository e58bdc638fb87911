//! Messages that no consumer could take.

use jiff_sqlx::ToSqlx;

use crate::{Db, StoreError, new_id};

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
    Ok(sqlx::query_scalar("SELECT count(*) FROM parked").fetch_one(db.pool()).await?)
}
