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
    /// What was wrong with its clock then, for which reason it gives no access.
    pub clock_doubt: Option<String>,
}

/// Says that a process is there, and how its clock is; what `worker` has of that does not count.
///
/// # Errors
/// When Postgres is away.
pub async fn seen(db: &Db, worker: &Worker) -> Result<(), StoreError> {
    if db.clock().doubt().is_some() {
        // As who gives access does before it says no.
        db.clock().learn(db.pool()).await?;
    }
    let now = db.clock().now();
    sqlx::query(
        "INSERT INTO workers (id, name, version, services, started_at, seen_at, clock_offset_ms, clock_doubt) \
         VALUES ($1, $2, $3, $4, $5, $6, (extract(epoch FROM $6 - clock_timestamp()) * 1000)::bigint, $7) \
         ON CONFLICT (id) DO UPDATE SET seen_at = EXCLUDED.seen_at, clock_offset_ms = EXCLUDED.clock_offset_ms, \
             clock_doubt = EXCLUDED.clock_doubt",
    )
    .bind(worker.id)
    .bind(&worker.name)
    .bind(&worker.version)
    .bind(&worker.services)
    .bind(worker.started_at.to_sqlx())
    .bind(now.to_sqlx())
    .bind(db.clock().doubt().map(|doubt| doubt.to_string()))
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
    clock_doubt: Option<String>,
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
            clock_doubt: row.clock_doubt,
        })
        .collect())
}
