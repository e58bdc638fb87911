//! Pauses: while there is one, no access begins. Ends, revocations and removals never look here.

use domain::{Actor, EmergencyId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::unit_of_work::{from_json, json};
use crate::{StoreError, Tx};

/// The source of a pause that an admin ordered.
pub const OPERATORS: &str = "operators";

/// A pause.
#[derive(Debug, Clone, PartialEq)]
pub struct Pause {
    /// What paused it: [`OPERATORS`], or a part of Curfew.
    pub source: String,
    /// Since when.
    pub since: Timestamp,
    /// Who.
    pub by: Actor,
    /// Why.
    pub reason: String,
    /// The emergency that it belongs to.
    pub emergency: Option<EmergencyId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    source: String,
    since: jiff_sqlx::Timestamp,
    paused_by: serde_json::Value,
    reason: String,
    emergency_id: Option<Uuid>,
}

/// Every pause, the oldest first.
///
/// # Errors
/// When Postgres is away.
pub async fn all(connection: &mut PgConnection) -> Result<Vec<Pause>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM pauses ORDER BY since, source").fetch_all(connection).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Pause {
                source: row.source,
                since: row.since.to_jiff(),
                by: from_json("pauses", row.paused_by)?,
                reason: row.reason,
                emergency: row.emergency_id.map(EmergencyId),
            })
        })
        .collect()
}

/// Whether any is in force.
///
/// # Errors
/// When Postgres is away.
pub async fn any(connection: &mut PgConnection) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pauses)").fetch_one(connection).await?)
}

/// Begins one; one of the same source that is in force stays as it is. Whoever pauses records why.
///
/// # Errors
/// When Postgres is away.
pub async fn begin(tx: &mut Tx, source: &str, reason: &str, emergency: Option<EmergencyId>) -> Result<(), StoreError> {
    let (now, by) = (tx.now().to_sqlx(), json("pauses", tx.actor())?);
    sqlx::query(
        "INSERT INTO pauses (source, since, paused_by, reason, emergency_id) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (source) DO NOTHING",
    )
    .bind(source)
    .bind(now)
    .bind(by)
    .bind(reason)
    .bind(emergency.map(EmergencyId::uuid))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Ends the one of this source, if it is in force.
///
/// # Errors
/// When Postgres is away.
pub async fn end(tx: &mut Tx, source: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM pauses WHERE source = $1").bind(source).execute(tx.connection()).await?;
    Ok(())
}
