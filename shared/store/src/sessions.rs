//! The portal's sessions. A row alone opens nothing: its key is the hash of the cookie, and the bearer token
//! in it is sealed with a key that only the cookie gives.

use domain::UserId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{Db, StoreError};

/// A session that is good now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub user: UserId,
    /// What only the cookie opens.
    pub sealed: Vec<u8>,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

/// A session as its owner sees it in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Names it, and opens nothing.
    pub handle: Uuid,
    /// What the browser called itself when it began.
    pub agent: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// Whether it is the one that asks.
    pub here: bool,
}

/// Begins a session in a browser that calls itself `agent`.
///
/// # Errors
/// When Postgres is away.
pub async fn begin(db: &Db, id: &[u8], session: &Session, agent: &str) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO sessions (id, user_id, sealed_token, created_at, seen_at, expires_at, agent) \
         VALUES ($1, $2, $3, $4, $4, $5, $6)",
    )
    .bind(id)
    .bind(session.user.as_str())
    .bind(&session.sealed)
    .bind(db.clock().now().to_sqlx())
    .bind(session.expires_at.to_sqlx())
    .bind(agent)
    .execute(db.pool())
    .await?;
    Ok(())
}

/// The session of this id, if it has not ended and was seen within `idle`; seeing it keeps it.
///
/// # Errors
/// When Postgres is away.
pub async fn see(db: &Db, id: &[u8], idle: SignedDuration) -> Result<Option<Session>, StoreError> {
    let now = db.clock().now();
    let row = sqlx::query_as(
        "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND expires_at > $2 AND seen_at > $3 \
         RETURNING user_id, sealed_token, expires_at",
    )
    .bind(id)
    .bind(now.to_sqlx())
    .bind((now - idle).to_sqlx())
    .fetch_optional(db.pool())
    .await?;
    row.map(session).transpose()
}

fn session((user, sealed, expires_at): (String, Vec<u8>, jiff_sqlx::Timestamp)) -> Result<Session, StoreError> {
    let user = UserId::parse(user).map_err(|e| StoreError::impossible("sessions", e))?;
    Ok(Session { user, sealed, expires_at: expires_at.to_jiff() })
}

/// The same without keeping it: for what a page does by itself while nobody looks.
///
/// # Errors
/// When Postgres is away.
pub async fn peek(db: &Db, id: &[u8], idle: SignedDuration) -> Result<Option<Session>, StoreError> {
    let now = db.clock().now();
    let row = sqlx::query_as(
        "SELECT user_id, sealed_token, expires_at FROM sessions WHERE id = $1 AND expires_at > $2 AND seen_at > $3",
    )
    .bind(id)
    .bind(now.to_sqlx())
    .bind((now - idle).to_sqlx())
    .fetch_optional(db.pool())
    .await?;
    row.map(session).transpose()
}

/// Makes the caller the one who renews the session's bearer token, for `lease`, and returns what is sealed now; none
/// where another does so, or the session is gone.
///
/// # Errors
/// When Postgres is away.
pub async fn claim_renewal(db: &Db, id: &[u8], lease: SignedDuration) -> Result<Option<Vec<u8>>, StoreError> {
    let now = db.clock().now();
    let sealed = sqlx::query_scalar(
        "UPDATE sessions SET renewing_until = $3 \
         WHERE id = $1 AND expires_at > $2 AND (renewing_until IS NULL OR renewing_until <= $2) RETURNING sealed_token",
    )
    .bind(id)
    .bind(now.to_sqlx())
    .bind((now + lease).to_sqlx())
    .fetch_optional(db.pool())
    .await?;
    Ok(sealed)
}

/// Writes the renewed token, and lets others renew it the next time; says whether the session was still there.
///
/// # Errors
/// When Postgres is away.
pub async fn renew(db: &Db, id: &[u8], sealed: &[u8]) -> Result<bool, StoreError> {
    let renewed = sqlx::query("UPDATE sessions SET sealed_token = $2, renewing_until = NULL WHERE id = $1")
        .bind(id)
        .bind(sealed)
        .execute(db.pool())
        .await?;
    Ok(renewed.rows_affected() > 0)
}

/// Lets others renew it, since nothing came of it here.
///
/// # Errors
/// When Postgres is away.
pub async fn give_up_renewal(db: &Db, id: &[u8]) -> Result<(), StoreError> {
    sqlx::query("UPDATE sessions SET renewing_until = NULL WHERE id = $1").bind(id).execute(db.pool()).await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When Postgres is away.
pub async fn end(db: &Db, id: &[u8]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sessions WHERE id = $1").bind(id).execute(db.pool()).await?;
    Ok(())
}

/// Somebody's sessions that are good now, the last used first; `id` is the one that asks.
///
/// # Errors
/// When Postgres is away.
pub async fn of_user(db: &Db, user: &UserId, id: &[u8], idle: SignedDuration) -> Result<Vec<Listed>, StoreError> {
    type Row = (Uuid, String, jiff_sqlx::Timestamp, jiff_sqlx::Timestamp, jiff_sqlx::Timestamp, bool);
    let now = db.clock().now();
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT handle, agent, created_at, seen_at, expires_at, id = $2 FROM sessions \
         WHERE user_id = $1 AND expires_at > $3 AND seen_at > $4 ORDER BY seen_at DESC LIMIT 200",
    )
    .bind(user.as_str())
    .bind(id)
    .bind(now.to_sqlx())
    .bind((now - idle).to_sqlx())
    .fetch_all(db.pool())
    .await?;
    let listed = |(handle, agent, created_at, seen_at, expires_at, here): Row| Listed {
        handle,
        agent,
        created_at: created_at.to_jiff(),
        seen_at: seen_at.to_jiff(),
        expires_at: expires_at.to_jiff(),
        here,
    };
    Ok(rows.into_iter().map(listed).collect())
}

/// Ends one of somebody's own sessions by its handle; says whether there was one.
///
/// # Errors
/// When Postgres is away.
pub async fn end_one(db: &Db, user: &UserId, handle: Uuid) -> Result<bool, StoreError> {
    let ended = sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND handle = $2")
        .bind(user.as_str())
        .bind(handle)
        .execute(db.pool())
        .await?;
    Ok(ended.rows_affected() > 0)
}

/// Ends all of somebody's sessions but the one that asks, and returns how many.
///
/// # Errors
/// When Postgres is away.
pub async fn end_others(db: &Db, user: &UserId, id: &[u8]) -> Result<u64, StoreError> {
    let ended = sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id <> $2")
        .bind(user.as_str())
        .bind(id)
        .execute(db.pool())
        .await?;
    Ok(ended.rows_affected())
}

/// Removes sessions that are no longer good, and returns how many.
///
/// # Errors
/// When Postgres is away.
pub async fn sweep(db: &Db, idle: SignedDuration) -> Result<u64, StoreError> {
    let now = db.clock().now();
    let swept = sqlx::query("DELETE FROM sessions WHERE expires_at <= $1 OR seen_at <= $2")
        .bind(now.to_sqlx())
        .bind((now - idle).to_sqlx())
        .execute(db.pool())
        .await?;
    Ok(swept.rows_affected())
}
