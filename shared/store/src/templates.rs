//! Templates: what somebody asks for again and again. They never hold a reason or a ticket, which are new each time.

use domain::rules::Severity;
use domain::{Fact, Minutes, Pair, TemplateId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::unit_of_work::{from_json, json};
use crate::{StoreError, Tx};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateSpec {
    /// 1 to 50 different pairs.
    pub pairs: Vec<Pair>,
    /// How long, in minutes.
    pub minutes: Minutes,
    /// How urgent.
    #[serde(default)]
    pub severity: Severity,
    /// Who shall have the access, where that is not the owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficiary: Option<UserId>,
}

/// One person's template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Which.
    pub id: TemplateId,
    /// Whose.
    pub owner: UserId,
    /// What they call it.
    pub name: String,
    /// What is asked for.
    pub spec: TemplateSpec,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// When it was last asked for.
    pub used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    owner_id: String,
    name: String,
    spec: serde_json::Value,
    saved_at: jiff_sqlx::Timestamp,
    used_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn into_template(self) -> Result<Template, StoreError> {
        Ok(Template {
            id: TemplateId(self.id),
            owner: UserId::parse(self.owner_id).map_err(|e| StoreError::impossible("templates", e))?,
            name: self.name,
            spec: from_json("templates", self.spec)?,
            saved_at: self.saved_at.to_jiff(),
            used_at: self.used_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// Somebody's templates, those asked for last first, then by name.
///
/// # Errors
/// When Postgres is away.
pub async fn of_owner(connection: &mut PgConnection, owner: &UserId) -> Result<Vec<Template>, StoreError> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT * FROM templates WHERE owner_id = $1 ORDER BY used_at DESC NULLS LAST, name")
            .bind(owner.as_str())
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(Row::into_template).collect()
}

/// One of somebody's templates.
///
/// # Errors
/// When Postgres is away.
pub async fn get(
    connection: &mut PgConnection,
    owner: &UserId,
    id: TemplateId,
) -> Result<Option<Template>, StoreError> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM templates WHERE owner_id = $1 AND id = $2")
        .bind(owner.as_str())
        .bind(id.uuid())
        .fetch_optional(connection)
        .await?;
    row.map(Row::into_template).transpose()
}

/// Writes a new template, or what an old one says now, with its fact.
///
/// # Errors
/// The constraint `templates_names` when its owner has another of this name; when Postgres is away.
pub async fn save(tx: &mut Tx, template: &Template) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO templates (id, owner_id, name, spec, saved_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO UPDATE SET name = $3, spec = $4, saved_at = $5",
    )
    .bind(template.id.uuid())
    .bind(template.owner.as_str())
    .bind(&template.name)
    .bind(json("templates", &template.spec)?)
    .bind(template.saved_at.to_sqlx())
    .execute(tx.connection())
    .await?;
    tx.record(Fact::TemplateSaved { template: template.id });
    Ok(())
}

/// Forgets one of somebody's templates, with its fact. False: there was none.
///
/// # Errors
/// When Postgres is away.
pub async fn delete(tx: &mut Tx, owner: &UserId, id: TemplateId) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM templates WHERE owner_id = $1 AND id = $2")
        .bind(owner.as_str())
        .bind(id.uuid())
        .execute(tx.connection())
        .await?;
    if done.rows_affected() == 1 {
        tx.record(Fact::TemplateDeleted { template: id });
    }
    Ok(done.rows_affected() == 1)
}

/// Notes that one of somebody's templates was asked for.
///
/// # Errors
/// When Postgres is away.
pub async fn used(tx: &mut Tx, owner: &UserId, id: TemplateId) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query("UPDATE templates SET used_at = $3 WHERE owner_id = $1 AND id = $2")
        .bind(owner.as_str())
        .bind(id.uuid())
        .bind(now)
        .execute(tx.connection())
        .await?;
    Ok(())
}
