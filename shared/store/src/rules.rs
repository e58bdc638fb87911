//! Rules and their versions.

use domain::rules::{Rule, RuleSpec};
use domain::{Actor, RuleId};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::unit_of_work::{from_json, json};
use crate::{StoreError, Tx};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    spec: serde_json::Value,
}

impl Row {
    fn into_rule(self) -> Result<Rule, StoreError> {
        Ok(Rule { id: RuleId(self.id), version: self.version, spec: from_json("rules", self.spec)? })
    }
}

/// Every rule in force, the oldest first.
///
/// # Errors
/// When Postgres is away or a stored rule cannot be read.
pub async fn all(connection: &mut PgConnection) -> Result<Vec<Rule>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as("SELECT id, version, spec FROM rules WHERE deleted_at IS NULL ORDER BY id")
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::into_rule).collect()
}

/// One rule in force, locked until the end of the transaction.
///
/// # Errors
/// When Postgres is away or the stored rule cannot be read.
pub async fn lock(tx: &mut Tx, id: RuleId) -> Result<Option<Rule>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as("SELECT id, version, spec FROM rules WHERE id = $1 AND deleted_at IS NULL FOR UPDATE")
            .bind(id.uuid())
            .fetch_optional(tx.connection())
            .await?;
    row.map(Row::into_rule).transpose()
}

/// Writes a rule's new version; version 1 makes it. Every version is kept.
///
/// # Errors
/// When Postgres is away.
pub async fn save(tx: &mut Tx, rule: &Rule) -> Result<(), StoreError> {
    let spec = json("rules", &rule.spec)?;
    let (now, by) = (tx.now().to_sqlx(), json("rule_versions", tx.actor())?);
    sqlx::query(
        "WITH r AS (INSERT INTO rules (id, version, spec, created_at, updated_at) VALUES ($1, $2, $3, $4, $4) \
             ON CONFLICT (id) DO UPDATE SET version = $2, spec = $3, updated_at = $4 RETURNING id) \
         INSERT INTO rule_versions (rule_id, version, spec, saved_at, saved_by) SELECT id, $2, $3, $4, $5 FROM r",
    )
    .bind(rule.id.uuid())
    .bind(rule.version)
    .bind(spec)
    .bind(now)
    .bind(by)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes a rule out of force; its versions stay.
///
/// # Errors
/// When Postgres is away.
pub async fn delete(tx: &mut Tx, id: RuleId) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query("UPDATE rules SET deleted_at = $2 WHERE id = $1")
        .bind(id.uuid())
        .bind(now)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The rule as it was at a version.
///
/// # Errors
/// When Postgres is away or the stored rule cannot be read.
pub async fn version(
    connection: &mut PgConnection,
    id: RuleId,
    version: i64,
) -> Result<Option<(RuleSpec, Actor)>, StoreError> {
    let row: Option<(serde_json::Value, serde_json::Value)> =
        sqlx::query_as("SELECT spec, saved_by FROM rule_versions WHERE rule_id = $1 AND version = $2")
            .bind(id.uuid())
            .bind(version)
            .fetch_optional(connection)
            .await?;
    row.map(|(spec, by)| Ok((from_json("rule_versions", spec)?, from_json("rule_versions", by)?))).transpose()
}
