//! Grants: rows, and the few statements that move them. What moves when is decided in `domain`;
//! [`crate::tuple`] keeps grants and their assignment in step.

mod beside;
mod life;
mod list;
mod terms;

use std::collections::HashMap;

use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use domain::sessions::{CutSessions, Sessions, Terms};
use domain::{AccountId, AssignmentId, GrantId, PermissionSetArn, RequestId, Tuple, UserId};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::unit_of_work::from_json;
use crate::{StoreError, Tx};

pub use beside::{Beside, beside};
pub use life::extend;
pub(crate) use life::{activate, end, postpone, revoke, revoke_all, start};
pub use list::{Filter, list};
pub use terms::keep_session_terms;

/// A grant as it stands.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Which.
    pub id: GrantId,
    /// Counts its changes, from 1.
    pub version: i64,
    /// The request that it came from.
    pub request: RequestId,
    /// Its pair's place in the request.
    pub ordinal: i16,
    /// Who, where, what.
    pub tuple: Tuple,
    /// The assignment that it holds, once started.
    pub assignment: Option<AssignmentId>,
    /// Where it stands.
    pub state: GrantState,
    /// How long, in minutes.
    pub minutes: i32,
    /// When it may start.
    pub start_at: Timestamp,
    /// The end of a window that was asked for.
    pub fixed_end: Option<Timestamp>,
    /// When it must have started.
    pub start_by: Timestamp,
    /// The only deadline; provisional while granting.
    pub deadline_at: Option<Timestamp>,
    /// When it was approved.
    pub approved_at: Timestamp,
    /// When a worker took it up.
    pub started_at: Option<Timestamp>,
    /// When it was read back from AWS.
    pub active_at: Option<Timestamp>,
    /// When its removal was asked for.
    pub revoking_at: Option<Timestamp>,
    /// When it was seen gone.
    pub ended_at: Option<Timestamp>,
    /// Why it ends or ended.
    pub reason: Option<EndReason>,
    /// AWS's words, or a person's.
    pub detail: Option<String>,
    /// How we know that it is gone.
    pub evidence: Option<Evidence>,
    /// The trace that it was approved in.
    pub trace_parent: Option<String>,
    /// What it keeps about its sessions.
    pub session_terms: Terms,
    /// When a read first showed it gone; none where nothing was taken away.
    pub removed_at: Option<Timestamp>,
    /// Until when credentials from before may live, if nothing cuts them.
    pub credentials_until: Option<Timestamp>,
    /// What became of its sessions, once it ended.
    pub sessions: Option<Sessions>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    request_id: Uuid,
    ordinal: i16,
    principal_id: String,
    account_id: String,
    permission_set_arn: String,
    assignment_id: Option<Uuid>,
    state: String,
    minutes: i32,
    start_at: jiff_sqlx::Timestamp,
    fixed_end: Option<jiff_sqlx::Timestamp>,
    start_by: jiff_sqlx::Timestamp,
    deadline_at: Option<jiff_sqlx::Timestamp>,
    approved_at: jiff_sqlx::Timestamp,
    started_at: Option<jiff_sqlx::Timestamp>,
    active_at: Option<jiff_sqlx::Timestamp>,
    revoking_at: Option<jiff_sqlx::Timestamp>,
    ended_at: Option<jiff_sqlx::Timestamp>,
    reason: Option<String>,
    detail: Option<String>,
    evidence: Option<serde_json::Value>,
    trace_parent: Option<String>,
    cut_sessions: String,
    session_s: Option<i64>,
    role_name: Option<String>,
    in_management: bool,
    removed_at: Option<jiff_sqlx::Timestamp>,
    credentials_until: Option<jiff_sqlx::Timestamp>,
    sessions: Option<serde_json::Value>,
}

impl Row {
    fn into_grant(self) -> Result<Grant, StoreError> {
        let bad = |e: &dyn std::fmt::Display| StoreError::impossible("grants", e);
        let time = |t: Option<jiff_sqlx::Timestamp>| t.map(jiff_sqlx::Timestamp::to_jiff);
        let reason = match &self.reason {
            Some(name) => Some(EndReason::from_name(name).ok_or_else(|| bad(name))?),
            None => None,
        };
        Ok(Grant {
            id: GrantId(self.id),
            version: self.version,
            request: RequestId(self.request_id),
            ordinal: self.ordinal,
            tuple: tuple_of(self.principal_id, self.account_id, self.permission_set_arn)?,
            assignment: self.assignment_id.map(AssignmentId),
            state: GrantState::from_name(&self.state).ok_or_else(|| bad(&self.state))?,
            minutes: self.minutes,
            start_at: self.start_at.to_jiff(),
            fixed_end: time(self.fixed_end),
            start_by: self.start_by.to_jiff(),
            deadline_at: time(self.deadline_at),
            approved_at: self.approved_at.to_jiff(),
            started_at: time(self.started_at),
            active_at: time(self.active_at),
            revoking_at: time(self.revoking_at),
            ended_at: time(self.ended_at),
            reason,
            detail: self.detail,
            evidence: self.evidence.map(|e| from_json("grants", e)).transpose()?,
            trace_parent: self.trace_parent,
            session_terms: Terms {
                cut: CutSessions::from_name(&self.cut_sessions).ok_or_else(|| bad(&self.cut_sessions))?,
                session: self.session_s.map(SignedDuration::from_secs),
                role_name: self.role_name,
                in_management: self.in_management,
            },
            removed_at: time(self.removed_at),
            credentials_until: time(self.credentials_until),
            sessions: self.sessions.map(|s| from_json("grants", s)).transpose()?,
        })
    }
}

/// A tuple from its columns.
pub(crate) fn tuple_of(principal: String, account: String, permission_set: String) -> Result<Tuple, StoreError> {
    let bad = |e: domain::InvalidId| StoreError::impossible("grants", e);
    Ok(Tuple {
        principal: UserId::parse(principal).map_err(bad)?,
        account: AccountId::parse(account).map_err(bad)?,
        permission_set: PermissionSetArn::parse(permission_set).map_err(bad)?,
    })
}

fn all(rows: Vec<Row>) -> Result<Vec<Grant>, StoreError> {
    rows.into_iter().map(Row::into_grant).collect()
}

/// Writes new scheduled grants.
///
/// # Errors
/// When Postgres is away.
pub async fn insert(tx: &mut Tx, grants: &[Grant]) -> Result<(), StoreError> {
    for g in grants {
        sqlx::query(
            "INSERT INTO grants (id, request_id, ordinal, principal_id, account_id, permission_set_arn, state, minutes, \
                 start_at, fixed_end, start_by, approved_at, trace_parent) \
             VALUES ($1, $2, $3, $4, $5, $6, 'scheduled', $7, $8, $9, $10, $11, $12)",
        )
        .bind(g.id.uuid())
        .bind(g.request.uuid())
        .bind(g.ordinal)
        .bind(g.tuple.principal.as_str())
        .bind(g.tuple.account.as_str())
        .bind(g.tuple.permission_set.as_str())
        .bind(g.minutes)
        .bind(g.start_at.to_sqlx())
        .bind(g.fixed_end.map(|t| t.to_sqlx()))
        .bind(g.start_by.to_sqlx())
        .bind(g.approved_at.to_sqlx())
        .bind(&g.trace_parent)
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

/// One grant.
///
/// # Errors
/// When Postgres is away.
pub async fn get(connection: &mut PgConnection, id: GrantId) -> Result<Option<Grant>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM grants WHERE id = $1").bind(id.uuid()).fetch_optional(connection).await?;
    row.map(Row::into_grant).transpose()
}

/// The grants of some requests; of a pair that was tried again the newest first.
///
/// # Errors
/// When Postgres is away.
pub async fn of_requests(connection: &mut PgConnection, requests: &[Uuid]) -> Result<Vec<Grant>, StoreError> {
    all(sqlx::query_as("SELECT * FROM grants WHERE request_id = ANY($1) ORDER BY request_id, ordinal, id DESC")
        .bind(requests)
        .fetch_all(connection)
        .await?)
}

/// Grants by id, locked in the order of their ids: third in the lock order.
///
/// # Errors
/// When Postgres is away.
pub async fn lock(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Grant>, StoreError> {
    all(sqlx::query_as("SELECT * FROM grants WHERE id = ANY($1) ORDER BY id FOR UPDATE")
        .bind(ids)
        .fetch_all(tx.connection())
        .await?)
}

/// Those of these grants that nobody else holds, locked.
pub(crate) async fn lock_free(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Grant>, StoreError> {
    all(sqlx::query_as("SELECT * FROM grants WHERE id = ANY($1) ORDER BY id FOR UPDATE SKIP LOCKED")
        .bind(ids)
        .fetch_all(tx.connection())
        .await?)
}

/// The grants that live on an assignment, locked in the order of their ids.
///
/// # Errors
/// When Postgres is away.
pub async fn lock_living(tx: &mut Tx, assignment: AssignmentId) -> Result<Vec<Grant>, StoreError> {
    all(sqlx::query_as(
        "SELECT * FROM grants WHERE assignment_id = $1 AND state IN ('granting', 'active', 'revoking') ORDER BY id FOR UPDATE",
    )
    .bind(assignment.uuid())
    .fetch_all(tx.connection())
    .await?)
}

/// The same of several assignments, and those that ended before and whose sessions are cut once nobody has it any more.
pub(crate) async fn lock_living_and_postponed(tx: &mut Tx, assignments: &[Uuid]) -> Result<Vec<Grant>, StoreError> {
    all(sqlx::query_as(
        "SELECT * FROM grants WHERE assignment_id = ANY($1) \
           AND (state IN ('granting', 'active', 'revoking') OR sessions ->> 'state' = 'postponed') ORDER BY id FOR UPDATE",
    )
    .bind(assignments)
    .fetch_all(tx.connection())
    .await?)
}

/// The grants that live on an assignment, as they are once its row is locked.
///
/// # Errors
/// When Postgres is away.
pub async fn living(connection: &mut PgConnection, assignment: AssignmentId) -> Result<Vec<Grant>, StoreError> {
    all(sqlx::query_as(
        "SELECT * FROM grants WHERE assignment_id = $1 AND state IN ('granting', 'active', 'revoking') ORDER BY id",
    )
    .bind(assignment.uuid())
    .fetch_all(connection)
    .await?)
}

/// The same of several assignments.
///
/// # Errors
/// When Postgres is away.
pub(crate) async fn living_on(connection: &mut PgConnection, assignments: &[Uuid]) -> Result<Vec<Grant>, StoreError> {
    all(sqlx::query_as(
        "SELECT * FROM grants WHERE assignment_id = ANY($1) AND state IN ('granting', 'active', 'revoking') ORDER BY id",
    )
    .bind(assignments)
    .fetch_all(connection)
    .await?)
}

/// Grants by the assignment that they live on.
pub(crate) fn by_assignment(grants: Vec<Grant>) -> HashMap<AssignmentId, Vec<Grant>> {
    let mut sorted: HashMap<AssignmentId, Vec<Grant>> = HashMap::new();
    for grant in grants {
        if let Some(assignment) = grant.assignment {
            sorted.entry(assignment).or_default().push(grant);
        }
    }
    sorted
}

/// Up to `limit` scheduled grants whose start has come, locked, those of others skipped.
///
/// # Errors
/// When Postgres is away.
pub async fn lock_startable(tx: &mut Tx, limit: i64) -> Result<Vec<Grant>, StoreError> {
    let now = tx.now().to_sqlx();
    all(sqlx::query_as(
        "SELECT * FROM grants WHERE state = 'scheduled' AND start_at <= $1 ORDER BY start_at, id LIMIT $2 FOR UPDATE SKIP LOCKED",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(tx.connection())
    .await?)
}

/// Up to `limit` scheduled grants whose start has come, as they are without a lock.
///
/// # Errors
/// When Postgres is away.
pub async fn startable(connection: &mut PgConnection, now: Timestamp, limit: i64) -> Result<Vec<Grant>, StoreError> {
    all(sqlx::query_as(
        "SELECT * FROM grants WHERE state = 'scheduled' AND start_at <= $1 ORDER BY start_at, id LIMIT $2",
    )
    .bind(now.to_sqlx())
    .bind(limit)
    .fetch_all(connection)
    .await?)
}

/// Those of these grants that are still scheduled, locked, those of others skipped.
///
/// # Errors
/// When Postgres is away.
pub async fn lock_scheduled(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Grant>, StoreError> {
    all(sqlx::query_as(
        "SELECT * FROM grants WHERE id = ANY($1) AND state = 'scheduled' ORDER BY id FOR UPDATE SKIP LOCKED",
    )
    .bind(ids)
    .fetch_all(tx.connection())
    .await?)
}

/// Up to `limit` grants past their deadline, locked, those of others skipped.
///
/// # Errors
/// When Postgres is away.
pub async fn lock_due(tx: &mut Tx, limit: i64) -> Result<Vec<Grant>, StoreError> {
    let now = tx.now().to_sqlx();
    all(sqlx::query_as(
        "SELECT * FROM grants WHERE state IN ('granting', 'active') AND deadline_at <= $1 \
         ORDER BY deadline_at, id LIMIT $2 FOR UPDATE SKIP LOCKED",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(tx.connection())
    .await?)
}

/// When the next scheduled grant starts.
///
/// # Errors
/// When Postgres is away.
pub async fn next_start(connection: &mut PgConnection) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<jiff_sqlx::Timestamp> =
        sqlx::query_scalar("SELECT min(start_at) FROM grants WHERE state = 'scheduled'").fetch_one(connection).await?;
    Ok(next.map(jiff_sqlx::Timestamp::to_jiff))
}

/// When the next deadline is.
///
/// # Errors
/// When Postgres is away.
pub async fn next_deadline(connection: &mut PgConnection) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<jiff_sqlx::Timestamp> =
        sqlx::query_scalar("SELECT min(deadline_at) FROM grants WHERE state IN ('granting', 'active')")
            .fetch_one(connection)
            .await?;
    Ok(next.map(jiff_sqlx::Timestamp::to_jiff))
}
