//! The portal's sessions. A row alone opens nothing: its key is the hash of the cookie, and the bearer token
//! in it is sealed with a key that only the cookie gives.

use domain::UserId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

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

/// Begins a session.
///
/// # Errors
/// When Postgres is away.
pub async fn begin(db: &Db, id: &[u8], session: &Session) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO sessions (id, user_id, sealed_token, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $4, $5)",
    )
    .bind(id)
    .bind(session.user.as_str())
    .bind(&session.sealed)
    .bind(db.clock().now().to_sqlx())
    .bind(session.expires_at.to_sqlx())
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
    let row: Option<(String, Vec<u8>, jiff_sqlx::Timestamp)> = sqlx::query_as(
        "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND expires_at > $2 AND seen_at > $3 \
         RETURNING user_id, sealed_token, expires_at",
    )
    .bind(id)
    .bind(now.to_sqlx())
    .bind((now - idle).to_sqlx())
    .fetch_optional(db.pool())
    .await?;
    row.map(|(user, sealed, expires_at)| {
        let user = UserId::parse(user).map_err(|e| StoreError::impossible("sessions", e))?;
        Ok(Session { user, sealed, expires_at: expires_at.to_jiff() })
    })
    .transpose()
}

/// Ends a session.
///
/// # Errors
/// When Postgres is away.
pub async fn end(db: &Db, id: &[u8]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sessions WHERE id = $1").bind(id).execute(db.pool()).await?;
    Ok(())
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
