//! The processes of an installation, as each said last.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Db, StoreError};

/// Who was silent for so long is forgotten.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// A process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// Another one with every start.
    pub id: Uuid,
    /// The name under which it reports.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The services inside.
    pub services: Vec<String>,
    /// When it started.
    pub started_at: Timestamp,
    /// When it was last heard of.
    pub seen_at: Timestamp,
    /// How far its clock was from Postgres' then, in milliseconds; positive where it was ahead.
    pub clock_offset_ms: i64,
}

/// Says that a process is there. Its time is compared with Postgres' on the way.
///
/// # Errors
/// When Postgres is away.
pub async fn seen(db: &Db, worker: &Worker) -> Result<(), StoreError> {
    let now = db.clock().now();
    sqlx::query(
        "INSERT INTO workers (id, name, version, services, started_at, seen_at, clock_offset_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, (extract(epoch FROM $6 - clock_timestamp()) * 1000)::bigint) \
         ON CONFLICT (id) DO UPDATE SET seen_at = EXCLUDED.seen_at, clock_offset_ms = EXCLUDED.clock_offset_ms",
    )
    .bind(worker.id)
    .bind(&worker.name)
    .bind(&worker.version)
    .bind(&worker.services)
    .bind(worker.started_at.to_sqlx())
    .bind(now.to_sqlx())
    .execute(db.pool())
    .await?;
    sqlx::query("DELETE FROM workers WHERE seen_at < $1").bind((now - FORGOTTEN).to_sqlx()).execute(db.pool()).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    version: String,
    services: Vec<String>,
    started_at: jiff_sqlx::Timestamp,
    seen_at: jiff_sqlx::Timestamp,
    clock_offset_ms: i64,
}

/// Everybody heard of within a day, by name.
///
/// # Errors
/// When Postgres is away.
pub async fn all(connection: &mut PgConnection) -> Result<Vec<Worker>, StoreError> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT * FROM workers ORDER BY name, started_at").fetch_all(connection).await?;
    Ok(rows
        .into_iter()
        .map(|row| Worker {
            id: row.id,
            name: row.name,
            version: row.version,
            services: row.services,
            started_at: row.started_at.to_jiff(),
            seen_at: row.seen_at.to_jiff(),
            clock_offset_ms: row.clock_offset_ms,
        })
        .collect())
}
