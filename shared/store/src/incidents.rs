//! Incidents: while one is open, rules may let its responders in without asking.

use domain::rules::Severity;
use domain::{AccountId, Actor, Fact, IncidentId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::unit_of_work::{from_json, json};
use crate::{StoreError, Tx};

/// An incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Which.
    pub id: IncidentId,
    /// What people call it.
    pub title: String,
    /// How urgent.
    pub severity: Severity,
    /// The accounts that it is about; none means all.
    pub accounts: Vec<AccountId>,
    /// Its id in the system that it comes from.
    pub reference: Option<String>,
    /// Who opened it.
    pub opened_by: Actor,
    /// When.
    pub opened_at: Timestamp,
    /// Who closed it, and when.
    pub closed: Option<(Actor, Timestamp)>,
}

impl Incident {
    /// Whether it is about this account.
    #[must_use]
    pub fn covers(&self, account: &AccountId) -> bool {
        self.accounts.is_empty() || self.accounts.contains(account)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    title: String,
    severity: String,
    accounts: Vec<String>,
    reference: Option<String>,
    opened_by: serde_json::Value,
    opened_at: jiff_sqlx::Timestamp,
    closed_by: Option<serde_json::Value>,
    closed_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn into_incident(self) -> Result<Incident, StoreError> {
        let account = |id| AccountId::parse(id).map_err(|e| StoreError::impossible("incidents", e));
        let closed_by = self.closed_by.map(|by| from_json("incidents", by)).transpose()?;
        Ok(Incident {
            id: IncidentId(self.id),
            title: self.title,
            severity: Severity::parse(self.severity).map_err(|e| StoreError::impossible("incidents", e))?,
            accounts: self.accounts.into_iter().map(account).collect::<Result<_, _>>()?,
            reference: self.reference,
            opened_by: from_json("incidents", self.opened_by)?,
            opened_at: self.opened_at.to_jiff(),
            closed: closed_by.zip(self.closed_at.map(jiff_sqlx::Timestamp::to_jiff)),
        })
    }
}

/// Every open incident, the oldest first.
///
/// # Errors
/// When Postgres is away.
pub async fn open(connection: &mut PgConnection) -> Result<Vec<Incident>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM incidents WHERE closed_at IS NULL ORDER BY opened_at, id")
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::into_incident).collect()
}

/// Incidents, the newest first; `open` picks those that are, or are not.
///
/// # Errors
/// When Postgres is away.
pub async fn list(
    connection: &mut PgConnection,
    open: Option<bool>,
    before: Option<IncidentId>,
    limit: i64,
) -> Result<Vec<Incident>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM incidents WHERE ($1::bool IS NULL OR (closed_at IS NULL) = $1) AND ($2::uuid IS NULL OR id < $2) \
         ORDER BY id DESC LIMIT $3",
    )
    .bind(open)
    .bind(before.map(IncidentId::uuid))
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_incident).collect()
}

/// One incident.
///
/// # Errors
/// When Postgres is away.
pub async fn get(connection: &mut PgConnection, id: IncidentId) -> Result<Option<Incident>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM incidents WHERE id = $1").bind(id.uuid()).fetch_optional(connection).await?;
    row.map(Row::into_incident).transpose()
}

/// Opens an incident with its fact; where one with its reference is open already, that one stands. Answers which one
/// there is now.
///
/// # Errors
/// When Postgres is away.
pub async fn begin(tx: &mut Tx, incident: Incident) -> Result<Incident, StoreError> {
    let by = json("incidents", &incident.opened_by)?;
    let made = sqlx::query(
        "INSERT INTO incidents (id, title, severity, accounts, reference, opened_by, opened_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (reference) WHERE closed_at IS NULL AND reference IS NOT NULL DO NOTHING",
    )
    .bind(incident.id.uuid())
    .bind(&incident.title)
    .bind(incident.severity.as_str())
    .bind(incident.accounts.iter().map(AccountId::as_str).collect::<Vec<_>>())
    .bind(&incident.reference)
    .bind(by)
    .bind(incident.opened_at.to_sqlx())
    .execute(tx.connection())
    .await?;
    if made.rows_affected() == 1 {
        tx.record(Fact::IncidentOpened { incident: incident.id, title: incident.title.clone() });
        return Ok(incident);
    }
    let row: Option<Row> = sqlx::query_as("SELECT * FROM incidents WHERE reference = $1 AND closed_at IS NULL")
        .bind(&incident.reference)
        .fetch_optional(tx.connection())
        .await?;
    row.ok_or(StoreError::Raced { what: "the incident" })?.into_incident()
}

/// Closes an incident, with its fact if it was open.
///
/// # Errors
/// When Postgres is away.
pub async fn close(tx: &mut Tx, id: IncidentId) -> Result<(), StoreError> {
    let (now, by) = (tx.now().to_sqlx(), json("incidents", tx.actor())?);
    let done = sqlx::query("UPDATE incidents SET closed_at = $2, closed_by = $3 WHERE id = $1 AND closed_at IS NULL")
        .bind(id.uuid())
        .bind(now)
        .bind(by)
        .execute(tx.connection())
        .await?;
    if done.rows_affected() == 1 {
        tx.record(Fact::IncidentClosed { incident: id });
    }
    Ok(())
}
