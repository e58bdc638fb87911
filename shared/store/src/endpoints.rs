//! Webhook endpoints: where facts are told, and the secrets that sign them.

use domain::EndpointId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{StoreError, Tx};

/// An endpoint as it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Which.
    pub id: EndpointId,
    /// Where facts are posted.
    pub url: String,
    /// What signs them, `whsec_` and Base64.
    pub secret: String,
    /// What signed before the last rotation, and until when it still does beside the new one.
    pub previous: Option<(String, Timestamp)>,
    /// Whether it is told anything.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").field("id", &self.id).field("enabled", &self.enabled).finish_non_exhaustive()
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    url: String,
    secret: String,
    previous_secret: Option<String>,
    previous_until: Option<jiff_sqlx::Timestamp>,
    enabled: bool,
    created_at: jiff_sqlx::Timestamp,
}

impl Row {
    fn into_endpoint(self) -> Endpoint {
        Endpoint {
            id: EndpointId(self.id),
            url: self.url,
            secret: self.secret,
            previous: self.previous_secret.zip(self.previous_until.map(jiff_sqlx::Timestamp::to_jiff)),
            enabled: self.enabled,
            created_at: self.created_at.to_jiff(),
        }
    }
}

/// Writes a new endpoint.
///
/// # Errors
/// When Postgres is away.
pub async fn insert(tx: &mut Tx, endpoint: &Endpoint) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO endpoints (id, url, secret, enabled, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(endpoint.id.uuid())
        .bind(&endpoint.url)
        .bind(&endpoint.secret)
        .bind(endpoint.enabled)
        .bind(endpoint.created_at.to_sqlx())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes a locked endpoint as it is now.
///
/// # Errors
/// When Postgres is away.
pub async fn save(tx: &mut Tx, endpoint: &Endpoint) -> Result<(), StoreError> {
    let (previous_secret, previous_until) = match &endpoint.previous {
        Some((secret, until)) => (Some(secret), Some(until.to_sqlx())),
        None => (None, None),
    };
    sqlx::query("UPDATE endpoints SET url = $2, secret = $3, previous_secret = $4, previous_until = $5, enabled = $6 WHERE id = $1")
        .bind(endpoint.id.uuid())
        .bind(&endpoint.url)
        .bind(&endpoint.secret)
        .bind(previous_secret)
        .bind(previous_until)
        .bind(endpoint.enabled)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Takes a locked endpoint out of use. Its secrets go with it.
///
/// # Errors
/// When Postgres is away.
pub async fn delete(tx: &mut Tx, id: EndpointId) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query(
        "UPDATE endpoints SET deleted_at = $2, enabled = false, secret = '', previous_secret = NULL, previous_until = NULL WHERE id = $1",
    )
    .bind(id.uuid())
    .bind(now)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// One endpoint that is not deleted.
///
/// # Errors
/// When Postgres is away.
pub async fn get(connection: &mut PgConnection, id: EndpointId) -> Result<Option<Endpoint>, StoreError> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM endpoints WHERE id = $1 AND deleted_at IS NULL")
        .bind(id.uuid())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(Row::into_endpoint))
}

/// One endpoint that is not deleted, locked until the end of the transaction.
///
/// # Errors
/// When Postgres is away.
pub async fn lock(tx: &mut Tx, id: EndpointId) -> Result<Option<Endpoint>, StoreError> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM endpoints WHERE id = $1 AND deleted_at IS NULL FOR UPDATE")
        .bind(id.uuid())
        .fetch_optional(tx.connection())
        .await?;
    Ok(row.map(Row::into_endpoint))
}

/// The newest first.
///
/// # Errors
/// When Postgres is away.
pub async fn list(
    connection: &mut PgConnection,
    before: Option<EndpointId>,
    limit: i64,
) -> Result<Vec<Endpoint>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM endpoints WHERE deleted_at IS NULL AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2",
    )
    .bind(before.map(EndpointId::uuid))
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Row::into_endpoint).collect())
}

/// Those that are to be told facts.
///
/// # Errors
/// When Postgres is away.
pub async fn enabled(connection: &mut PgConnection) -> Result<Vec<EndpointId>, StoreError> {
    let ids: Vec<Uuid> =
        sqlx::query_scalar("SELECT id FROM endpoints WHERE enabled AND deleted_at IS NULL ORDER BY id")
            .fetch_all(connection)
            .await?;
    Ok(ids.into_iter().map(EndpointId).collect())
}
