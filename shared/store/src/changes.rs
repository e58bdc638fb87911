//! Changes of documents that wait for a second person, and those that one admin made alone. Whoever writes here holds
//! [`crate::documents::lock`], so that a change and its documents never disagree.

use domain::rules::Edit;
use domain::{Actor, ChangeId, Fact};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::unit_of_work::{from_json, json};
use crate::{StoreError, Tx};

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// For a second person.
    Waiting,
    /// A second person agreed; it is in force.
    Applied,
    /// A second person said no.
    Refused,
    /// Whoever proposed it took it back.
    Withdrawn,
    /// A document that it is about has moved on.
    Stale,
    /// In force by one admin's word, since there was no second one.
    Alone,
}

impl ChangeState {
    /// Every state.
    pub const ALL: [Self; 6] = [Self::Waiting, Self::Applied, Self::Refused, Self::Withdrawn, Self::Stale, Self::Alone];

    /// Its name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Applied => "applied",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Stale => "stale",
            Self::Alone => "alone",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// A change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Which.
    pub id: ChangeId,
    /// Where it stands.
    pub state: ChangeState,
    /// The revision of all documents that it was proposed at.
    pub revision: i64,
    /// What it does.
    pub edits: Vec<Edit>,
    /// The documents that it is about.
    pub touches: Vec<Uuid>,
    /// What it would mean, as it was when it was proposed.
    pub impact: serde_json::Value,
    /// Why, in the proposer's words.
    pub reason: Option<String>,
    /// Who proposed it.
    pub proposed_by: Actor,
    /// When.
    pub proposed_at: Timestamp,
    /// Who decided.
    pub decided_by: Option<Actor>,
    /// When.
    pub decided_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    state: String,
    revision: i64,
    edits: serde_json::Value,
    touches: Vec<Uuid>,
    impact: serde_json::Value,
    reason: Option<String>,
    proposed_by: serde_json::Value,
    proposed_at: jiff_sqlx::Timestamp,
    decided_by: Option<serde_json::Value>,
    decided_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn into_change(self) -> Result<Change, StoreError> {
        Ok(Change {
            id: ChangeId(self.id),
            state: ChangeState::from_name(&self.state).ok_or_else(|| StoreError::impossible("changes", &self.state))?,
            revision: self.revision,
            edits: from_json("changes", self.edits)?,
            touches: self.touches,
            impact: self.impact,
            reason: self.reason,
            proposed_by: from_json("changes", self.proposed_by)?,
            proposed_at: self.proposed_at.to_jiff(),
            decided_by: self.decided_by.map(|by| from_json("changes", by)).transpose()?,
            decided_at: self.decided_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// What is kept of a change when it is made.
#[derive(Debug, Clone)]
pub struct New<'a> {
    /// The revision that it was judged at.
    pub revision: i64,
    /// What it does, every id and version written out.
    pub edits: &'a [Edit],
    /// What it would mean.
    pub impact: serde_json::Value,
    /// Why.
    pub reason: Option<&'a str>,
}

async fn insert(tx: &mut Tx, new: &New<'_>, state: ChangeState) -> Result<Change, StoreError> {
    let now = tx.now();
    let alone = state == ChangeState::Alone;
    let touches: Vec<Uuid> = new.edits.iter().filter_map(Edit::id).collect();
    let change = Change {
        id: ChangeId(crate::new_id()),
        state,
        revision: new.revision,
        edits: new.edits.to_vec(),
        touches,
        impact: new.impact.clone(),
        reason: new.reason.map(str::to_owned),
        proposed_by: tx.actor().clone(),
        proposed_at: now,
        decided_by: None,
        decided_at: alone.then_some(now),
    };
    sqlx::query(
        "INSERT INTO changes (id, state, revision, edits, touches, impact, reason, proposed_by, proposed_at, decided_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(change.id.uuid())
    .bind(state.as_str())
    .bind(change.revision)
    .bind(json("changes", &change.edits)?)
    .bind(&change.touches)
    .bind(&change.impact)
    .bind(&change.reason)
    .bind(json("changes", &change.proposed_by)?)
    .bind(now.to_sqlx())
    .bind(change.decided_at.map(|at| at.to_sqlx()))
    .execute(tx.connection())
    .await?;
    Ok(change)
}

/// Keeps a change until a second person decides about it.
///
/// # Errors
/// When Postgres is away.
pub async fn propose(tx: &mut Tx, new: &New<'_>) -> Result<Change, StoreError> {
    let change = insert(tx, new, ChangeState::Waiting).await?;
    tx.record(Fact::ChangeProposed { change: change.id });
    Ok(change)
}

/// Notes that a change which needs two was made by one.
///
/// # Errors
/// When Postgres is away.
pub async fn note_alone(tx: &mut Tx, new: &New<'_>) -> Result<Change, StoreError> {
    let change = insert(tx, new, ChangeState::Alone).await?;
    tx.record(Fact::ChangeDecided { change: change.id, applied: true, alone: true });
    Ok(change)
}

/// One change.
///
/// # Errors
/// When Postgres is away or it cannot be read.
pub async fn get(connection: &mut PgConnection, id: ChangeId) -> Result<Option<Change>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM changes WHERE id = $1").bind(id.uuid()).fetch_optional(connection).await?;
    row.map(Row::into_change).transpose()
}

/// The newest first.
///
/// # Errors
/// When Postgres is away or one cannot be read.
pub async fn list(
    connection: &mut PgConnection,
    state: Option<ChangeState>,
    before: Option<ChangeId>,
    limit: i64,
) -> Result<Vec<Change>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM changes WHERE ($1::text IS NULL OR state = $1) AND ($2::uuid IS NULL OR id < $2) \
         ORDER BY id DESC LIMIT $3",
    )
    .bind(state.map(ChangeState::as_str))
    .bind(before.map(ChangeId::uuid))
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_change).collect()
}

/// Says what became of a waiting change, in the name of whoever acts.
///
/// # Errors
/// [`StoreError::Raced`] when it waits no more; the constraint `changes_second_person` when its proposer would apply
/// it; when Postgres is away.
pub async fn decide(tx: &mut Tx, id: ChangeId, state: ChangeState) -> Result<(), StoreError> {
    let (now, by) = (tx.now().to_sqlx(), json("changes", tx.actor())?);
    let done = sqlx::query(
        "UPDATE changes SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND state = 'waiting'",
    )
    .bind(id.uuid())
    .bind(state.as_str())
    .bind(by)
    .bind(now)
    .execute(tx.connection())
    .await?;
    if done.rows_affected() != 1 {
        return Err(StoreError::Raced { what: "the change" });
    }
    tx.record(Fact::ChangeDecided { change: id, applied: state == ChangeState::Applied, alone: false });
    Ok(())
}

/// Takes the waiting changes that are about these documents out of the way, since the documents have moved on.
///
/// # Errors
/// When Postgres is away.
pub async fn overtake(tx: &mut Tx, documents: &[Uuid]) -> Result<Vec<ChangeId>, StoreError> {
    let now = tx.now().to_sqlx();
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "UPDATE changes SET state = 'stale', decided_at = $2 WHERE state = 'waiting' AND touches && $1 RETURNING id",
    )
    .bind(documents)
    .bind(now)
    .fetch_all(tx.connection())
    .await?;
    let ids: Vec<ChangeId> = ids.into_iter().map(ChangeId).collect();
    for change in &ids {
        tx.record(Fact::ChangeDecided { change: *change, applied: false, alone: false });
    }
    Ok(ids)
}
