//! Uses of the emergency button: rows, and the batches in which what they end is found. A crash in the middle leaves a
//! running row that whoever comes next goes on with.

use domain::emergency::{Scope, Switch};
use domain::{AccountId, Actor, EmergencyId, Fact, UserId};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::unit_of_work::{from_json, json};
use crate::{StoreError, Tx, new_id, pauses};

/// Where one stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmergencyState {
    /// For a second person.
    Waiting,
    /// It is in force, and what it ends is being ended.
    Running,
    /// There is nothing left of what it ends.
    Done,
    /// A second person said no.
    Refused,
    /// Whoever proposed it took it back.
    Withdrawn,
}

impl EmergencyState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Running, Self::Done, Self::Refused, Self::Withdrawn];

    /// Its name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// What the button shall do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Whose or where access ends.
    pub ends: Option<Scope>,
    /// Whether new access stops beginning, or begins again.
    pub switch: Option<Switch>,
    /// Why.
    pub reason: String,
}

/// A use of the button.
#[derive(Debug, Clone, PartialEq)]
pub struct Emergency {
    /// Which.
    pub id: EmergencyId,
    /// Where it stands.
    pub state: EmergencyState,
    /// What it does.
    pub order: Order,
    /// Who pressed it.
    pub proposed_by: Actor,
    /// When.
    pub proposed_at: Timestamp,
    /// The second person.
    pub decided_by: Option<Actor>,
    /// When they decided.
    pub decided_at: Option<Timestamp>,
    /// Whether one admin did it where two should have been asked, and there was no second one.
    pub alone: bool,
    /// Since when it is in force. What was asked for until then ends.
    pub begun_at: Option<Timestamp>,
    /// How many grants it has ended.
    pub ended_grants: i64,
    /// How many undecided requests it has closed.
    pub closed_requests: i64,
    /// When no grant was left to end.
    pub grants_done_at: Option<Timestamp>,
    /// When no request was left to close.
    pub requests_done_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    state: String,
    ends: Option<String>,
    subject: Option<String>,
    switch: Option<String>,
    reason: String,
    proposed_by: serde_json::Value,
    proposed_at: jiff_sqlx::Timestamp,
    decided_by: Option<serde_json::Value>,
    decided_at: Option<jiff_sqlx::Timestamp>,
    alone: bool,
    begun_at: Option<jiff_sqlx::Timestamp>,
    ended_grants: i64,
    closed_requests: i64,
    grants_done_at: Option<jiff_sqlx::Timestamp>,
    requests_done_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn into_emergency(self) -> Result<Emergency, StoreError> {
        let bad = |what: &dyn std::fmt::Display| StoreError::impossible("emergencies", what);
        let time = |t: Option<jiff_sqlx::Timestamp>| t.map(jiff_sqlx::Timestamp::to_jiff);
        let ends = match (self.ends.as_deref(), self.subject) {
            (None, None) => None,
            (Some("everything"), None) => Some(Scope::Everything),
            (Some("user"), Some(user)) => Some(Scope::User { user: UserId::parse(user).map_err(|e| bad(&e))? }),
            (Some("account"), Some(account)) => {
                Some(Scope::Account { account: AccountId::parse(account).map_err(|e| bad(&e))? })
            }
            (ends, _) => return Err(bad(&format_args!("ends {ends:?}"))),
        };
        let switch = match &self.switch {
            Some(name) => Some(Switch::from_name(name).ok_or_else(|| bad(name))?),
            None => None,
        };
        Ok(Emergency {
            id: EmergencyId(self.id),
            state: EmergencyState::ALL
                .into_iter()
                .find(|state| state.as_str() == self.state)
                .ok_or_else(|| bad(&self.state))?,
            order: Order { ends, switch, reason: self.reason },
            proposed_by: from_json("emergencies", self.proposed_by)?,
            proposed_at: self.proposed_at.to_jiff(),
            decided_by: self.decided_by.map(|by| from_json("emergencies", by)).transpose()?,
            decided_at: time(self.decided_at),
            alone: self.alone,
            begun_at: time(self.begun_at),
            ended_grants: self.ended_grants,
            closed_requests: self.closed_requests,
            grants_done_at: time(self.grants_done_at),
            requests_done_at: time(self.requests_done_at),
        })
    }
}

fn all(rows: Vec<Row>) -> Result<Vec<Emergency>, StoreError> {
    rows.into_iter().map(Row::into_emergency).collect()
}

/// What the scans ask for: the scope in SQL's terms.
pub(crate) fn columns_of(ends: Option<&Scope>) -> (Option<&'static str>, Option<&str>) {
    let subject = match ends {
        Some(Scope::User { user }) => Some(user.as_str()),
        Some(Scope::Account { account }) => Some(account.as_str()),
        Some(Scope::Everything) | None => None,
    };
    (ends.map(Scope::kind), subject)
}

async fn insert(tx: &mut Tx, order: &Order, state: EmergencyState, alone: bool) -> Result<EmergencyId, StoreError> {
    let id = EmergencyId(new_id());
    let now = tx.now().to_sqlx();
    let by = json("emergencies", tx.actor())?;
    let (ends, subject) = columns_of(order.ends.as_ref());
    sqlx::query(
        "INSERT INTO emergencies (id, state, ends, subject, switch, reason, proposed_by, proposed_at, alone, begun_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $2 = 'running' THEN $8 END)",
    )
    .bind(id.uuid())
    .bind(state.as_str())
    .bind(ends)
    .bind(subject)
    .bind(order.switch.map(Switch::as_str))
    .bind(&order.reason)
    .bind(by)
    .bind(now)
    .bind(alone)
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Keeps it until a second person agrees.
///
/// # Errors
/// When Postgres is away.
pub async fn propose(tx: &mut Tx, order: &Order) -> Result<EmergencyId, StoreError> {
    let emergency = insert(tx, order, EmergencyState::Waiting, false).await?;
    let Order { ends, switch, reason } = order.clone();
    tx.record(Fact::EmergencyProposed { emergency, ends, switch, reason });
    Ok(emergency)
}

/// Puts it in force with the commit, by one person's word.
///
/// # Errors
/// When Postgres is away.
pub async fn declare(tx: &mut Tx, order: &Order, alone: bool) -> Result<EmergencyId, StoreError> {
    let emergency = insert(tx, order, EmergencyState::Running, alone).await?;
    take_effect(tx, emergency, order, alone).await?;
    Ok(emergency)
}

async fn take_effect(tx: &mut Tx, id: EmergencyId, order: &Order, alone: bool) -> Result<(), StoreError> {
    match order.switch {
        Some(Switch::Pause) => pauses::begin(tx, pauses::OPERATORS, &order.reason, Some(id)).await?,
        Some(Switch::Resume) => pauses::end(tx, pauses::OPERATORS).await?,
        None => {}
    }
    let Order { ends, switch, reason } = order.clone();
    let over = ends.is_none();
    tx.record(Fact::EmergencyDeclared { emergency: id, ends, switch, reason, alone });
    if over {
        // Nothing has to be looked for.
        let now = tx.now().to_sqlx();
        sqlx::query("UPDATE emergencies SET state = 'done', grants_done_at = $2, requests_done_at = $2 WHERE id = $1")
            .bind(id.uuid())
            .bind(now)
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

/// Says what becomes of one that waits, in the name of whoever acts. Agreed, it is in force with the commit.
///
/// # Errors
/// [`StoreError::Raced`] when it waits no more; the constraint `emergencies_second_person` when its proposer would
/// agree; when Postgres is away.
pub async fn decide(tx: &mut Tx, emergency: &Emergency, state: EmergencyState) -> Result<(), StoreError> {
    let (now, by) = (tx.now().to_sqlx(), json("emergencies", tx.actor())?);
    let done = sqlx::query(
        "UPDATE emergencies SET state = $2, decided_by = $3, decided_at = $4, \
             begun_at = CASE WHEN $2 = 'running' THEN $4 END WHERE id = $1 AND state = 'waiting'",
    )
    .bind(emergency.id.uuid())
    .bind(state.as_str())
    .bind(by)
    .bind(now)
    .execute(tx.connection())
    .await?;
    if done.rows_affected() != 1 {
        return Err(StoreError::Raced { what: "the emergency" });
    }
    if state == EmergencyState::Running {
        take_effect(tx, emergency.id, &emergency.order, false).await
    } else {
        tx.record(Fact::EmergencyDropped { emergency: emergency.id });
        Ok(())
    }
}

/// One of them.
///
/// # Errors
/// When Postgres is away.
pub async fn get(connection: &mut PgConnection, id: EmergencyId) -> Result<Option<Emergency>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM emergencies WHERE id = $1").bind(id.uuid()).fetch_optional(connection).await?;
    row.map(Row::into_emergency).transpose()
}

/// One of them, locked until the end of the transaction.
///
/// # Errors
/// When Postgres is away.
pub async fn lock(tx: &mut Tx, id: EmergencyId) -> Result<Option<Emergency>, StoreError> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM emergencies WHERE id = $1 FOR UPDATE")
        .bind(id.uuid())
        .fetch_optional(tx.connection())
        .await?;
    row.map(Row::into_emergency).transpose()
}

/// The newest first.
///
/// # Errors
/// When Postgres is away.
pub async fn list(
    connection: &mut PgConnection,
    before: Option<EmergencyId>,
    limit: i64,
) -> Result<Vec<Emergency>, StoreError> {
    all(sqlx::query_as("SELECT * FROM emergencies WHERE ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2")
        .bind(before.map(EmergencyId::uuid))
        .bind(limit)
        .fetch_all(connection)
        .await?)
}

/// Those in force that may have something left to end or to close, the oldest first.
///
/// # Errors
/// When Postgres is away.
pub async fn running(connection: &mut PgConnection) -> Result<Vec<Emergency>, StoreError> {
    all(sqlx::query_as("SELECT * FROM emergencies WHERE state = 'running' ORDER BY begun_at")
        .fetch_all(connection)
        .await?)
}

/// What a scan has found nothing more of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Grants to end.
    Grants,
    /// Undecided requests to close.
    Requests,
}

/// Counts what a batch ended or closed.
///
/// # Errors
/// When Postgres is away.
pub async fn count(tx: &mut Tx, id: EmergencyId, part: Part, more: i64) -> Result<(), StoreError> {
    let statement = match part {
        Part::Grants => "UPDATE emergencies SET ended_grants = ended_grants + $2 WHERE id = $1",
        Part::Requests => "UPDATE emergencies SET closed_requests = closed_requests + $2 WHERE id = $1",
    };
    sqlx::query(statement).bind(id.uuid()).bind(more).execute(tx.connection()).await?;
    Ok(())
}

/// How long it is looked for more after the button was pressed: what was being committed then shows by that time.
pub const SETTLES: SignedDuration = SignedDuration::from_secs(30);

/// Nothing more was found of one part; with the second one it is done, and told.
///
/// # Errors
/// When Postgres is away.
pub async fn part_done(tx: &mut Tx, id: EmergencyId, part: Part) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    let statement = match part {
        Part::Grants => "UPDATE emergencies SET grants_done_at = COALESCE(grants_done_at, $2) WHERE id = $1",
        Part::Requests => "UPDATE emergencies SET requests_done_at = COALESCE(requests_done_at, $2) WHERE id = $1",
    };
    sqlx::query(statement).bind(id.uuid()).bind(now).execute(tx.connection()).await?;
    let done: Option<(i64, i64)> = sqlx::query_as(
        "UPDATE emergencies SET state = 'done' WHERE id = $1 AND state = 'running' AND grants_done_at IS NOT NULL \
           AND requests_done_at IS NOT NULL RETURNING ended_grants, closed_requests",
    )
    .bind(id.uuid())
    .fetch_optional(tx.connection())
    .await?;
    if let Some((grants, requests)) = done {
        tx.record(Fact::EmergencyFinished { emergency: id, grants, requests });
    }
    Ok(())
}
