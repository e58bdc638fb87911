//! Facts on their way to the broker. Rows commit out of order, so they are claimed as they are found,
//! never by a cursor.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{Db, StoreError};

/// A row to be published.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Outgoing {
    /// The fact's id.
    pub id: Uuid,
    /// Its versioned name, the routing key.
    pub name: String,
    /// The whole message.
    pub body: serde_json::Value,
    /// The trace that it belongs to.
    pub trace_parent: Option<String>,
}

/// Takes up to `limit` rows that nobody holds, the oldest first, for `lease`. They are picked before they are joined with
/// anything: a plan that was made while the table was empty must not be a bad one when it is long.
///
/// # Errors
/// When Postgres is away.
pub async fn claim(db: &Db, limit: i64, lease: SignedDuration) -> Result<Vec<Outgoing>, StoreError> {
    let now: Timestamp = db.clock().now();
    Ok(sqlx::query_as(
        "UPDATE outbox SET claimed_until = $1 WHERE id = ANY(ARRAY( \
             SELECT id FROM outbox WHERE claimed_until IS NULL OR claimed_until < $2 \
             ORDER BY created_at LIMIT $3 FOR UPDATE SKIP LOCKED)) \
         RETURNING id, name, body, trace_parent",
    )
    .bind((now + lease).to_sqlx())
    .bind(now.to_sqlx())
    .bind(limit)
    .fetch_all(db.pool())
    .await?)
}

/// Forgets rows that the broker confirmed.
///
/// # Errors
/// When Postgres is away; the rows are then published again, which subscribers bear.
pub async fn published(db: &Db, ids: &[Uuid]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM outbox WHERE id = ANY($1)").bind(ids).execute(db.pool()).await?;
    Ok(())
}

/// Gives rows back that could not be published.
///
/// # Errors
/// When Postgres is away; the lease then runs out by itself.
pub async fn give_back(db: &Db, ids: &[Uuid]) -> Result<(), StoreError> {
    sqlx::query("UPDATE outbox SET claimed_until = NULL WHERE id = ANY($1)").bind(ids).execute(db.pool()).await?;
    Ok(())
}

/// How many rows wait, and since when the oldest does.
///
/// # Errors
/// When Postgres is away.
pub async fn backlog(db: &Db) -> Result<(i64, Option<Timestamp>), StoreError> {
    let (count, oldest): (i64, Option<jiff_sqlx::Timestamp>) =
        sqlx::query_as("SELECT count(*), min(created_at) FROM outbox").fetch_one(db.pool()).await?;
    Ok((count, oldest.map(jiff_sqlx::Timestamp::to_jiff)))
}
