//! Assignments: rows and leases. A worker that holds a lease's token is the only one that may call AWS
//! about the tuple; whatever it writes, it writes with the token.

use domain::assignment::{AssignmentState, Origin, Work};
use domain::{AssignmentId, Fact, Tuple};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::grants::tuple_of;
use crate::{StoreError, Tx, new_id};

/// An assignment as it stands.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// Which.
    pub id: AssignmentId,
    /// Who, where, what.
    pub tuple: Tuple,
    /// What is known.
    pub state: AssignmentState,
    /// Counts the times that Curfew took the tuple up.
    pub generation: i32,
    /// Who made it.
    pub origin: Option<Origin>,
    /// What is to be done.
    pub work: Work,
    /// Since or from when.
    pub due_at: Timestamp,
    /// The token of the worker that has it now.
    pub lease: Option<Uuid>,
    /// Until when.
    pub leased_until: Option<Timestamp>,
    /// The attempt whose call may be under way.
    pub attempt: Option<Attempt>,
    /// Whether a creation was sent whose outcome nobody knows.
    pub create_unresolved: bool,
    /// When a first read showed nothing.
    pub first_absent_at: Option<Timestamp>,
    /// Tries in a row without success.
    pub tries: i32,
    /// What AWS said last.
    pub last_error: Option<String>,
    /// When it was last seen gone.
    pub absent_at: Option<Timestamp>,
    /// Until when it is watched after that.
    pub watch_until: Option<Timestamp>,
    /// The trace of the change that made the work.
    pub trace_parent: Option<String>,
}

/// A call that was committed before it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Which call.
    pub kind: AttemptKind,
    /// It may not leave later than this.
    pub send_by: Timestamp,
    /// AWS's id of the operation, once it accepted it.
    pub operation: Option<String>,
}

/// Which call an attempt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptKind {
    /// `CreateAccountAssignment`.
    Create,
    /// `DeleteAccountAssignment`.
    Delete,
}

impl AttemptKind {
    /// The work that the call belongs to.
    #[must_use]
    pub const fn work(self) -> Work {
        match self {
            Self::Create => Work::Create,
            Self::Delete => Work::Delete,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Delete => "delete",
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    principal_id: String,
    account_id: String,
    permission_set_arn: String,
    state: String,
    generation: i32,
    origin: Option<String>,
    work: String,
    due_at: jiff_sqlx::Timestamp,
    lease_token: Option<Uuid>,
    leased_until: Option<jiff_sqlx::Timestamp>,
    attempt: Option<String>,
    send_by: Option<jiff_sqlx::Timestamp>,
    operation_id: Option<String>,
    create_unresolved: bool,
    first_absent_at: Option<jiff_sqlx::Timestamp>,
    tries: i32,
    last_error: Option<String>,
    absent_at: Option<jiff_sqlx::Timestamp>,
    watch_until: Option<jiff_sqlx::Timestamp>,
    trace_parent: Option<String>,
}

impl Row {
    fn into_assignment(self) -> Result<Assignment, StoreError> {
        let bad = |e: &dyn std::fmt::Display| StoreError::impossible("assignments", e);
        let time = |t: Option<jiff_sqlx::Timestamp>| t.map(jiff_sqlx::Timestamp::to_jiff);
        let kind = match self.attempt.as_deref() {
            None => None,
            Some("create") => Some(AttemptKind::Create),
            Some("delete") => Some(AttemptKind::Delete),
            Some(other) => return Err(bad(&other)),
        };
        let origin = match &self.origin {
            Some(name) => Some(Origin::from_name(name).ok_or_else(|| bad(name))?),
            None => None,
        };
        Ok(Assignment {
            id: AssignmentId(self.id),
            tuple: tuple_of(self.principal_id, self.account_id, self.permission_set_arn)?,
            state: AssignmentState::from_name(&self.state).ok_or_else(|| bad(&self.state))?,
            generation: self.generation,
            origin,
            work: Work::from_name(&self.work).ok_or_else(|| bad(&self.work))?,
            due_at: self.due_at.to_jiff(),
            lease: self.lease_token,
            leased_until: time(self.leased_until),
            attempt: kind.zip(time(self.send_by)).map(|(kind, send_by)| Attempt {
                kind,
                send_by,
                operation: self.operation_id,
            }),
            create_unresolved: self.create_unresolved,
            first_absent_at: time(self.first_absent_at),
            tries: self.tries,
            last_error: self.last_error,
            absent_at: time(self.absent_at),
            watch_until: time(self.watch_until),
            trace_parent: self.trace_parent,
        })
    }
}

impl Assignment {
    /// Whether a worker has it at that moment.
    #[must_use]
    pub fn is_leased(&self, now: Timestamp) -> bool {
        self.leased_until.is_some_and(|until| until > now)
    }

    /// Whether a removal of ours may still echo in AWS.
    #[must_use]
    pub fn is_watched(&self, now: Timestamp) -> bool {
        self.watch_until.is_some_and(|until| until > now)
    }

    /// Gives the lease back; the row is free with the commit.
    pub const fn release(&mut self) {
        self.lease = None;
        self.leased_until = None;
    }
}

/// One assignment, for those who only look.
///
/// # Errors
/// When Postgres is away.
pub async fn get(connection: &mut PgConnection, id: AssignmentId) -> Result<Option<Assignment>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM assignments WHERE id = $1").bind(id.uuid()).fetch_optional(connection).await?;
    row.map(Row::into_assignment).transpose()
}

/// One assignment, locked until the end of the transaction: after the grants in the lock order.
///
/// # Errors
/// When Postgres is away or the row does not exist.
pub async fn lock(tx: &mut Tx, id: AssignmentId) -> Result<Assignment, StoreError> {
    let row: Row = sqlx::query_as("SELECT * FROM assignments WHERE id = $1 FOR UPDATE")
        .bind(id.uuid())
        .fetch_one(tx.connection())
        .await?;
    row.into_assignment()
}

/// One assignment, locked, if nobody else holds it.
pub(crate) async fn lock_free(tx: &mut Tx, id: AssignmentId) -> Result<Option<Assignment>, StoreError> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM assignments WHERE id = $1 FOR UPDATE SKIP LOCKED")
        .bind(id.uuid())
        .fetch_optional(tx.connection())
        .await?;
    row.map(Row::into_assignment).transpose()
}

/// The assignment of a tuple, made if it is new, locked.
///
/// # Errors
/// When Postgres is away.
pub async fn lock_for(tx: &mut Tx, tuple: &Tuple) -> Result<Assignment, StoreError> {
    let now = tx.now().to_sqlx();
    let row: Row = sqlx::query_as(
        "INSERT INTO assignments (id, principal_id, account_id, permission_set_arn, due_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT ON CONSTRAINT assignments_tuple DO UPDATE SET principal_id = EXCLUDED.principal_id RETURNING *",
    )
    .bind(new_id())
    .bind(tuple.principal.as_str())
    .bind(tuple.account.as_str())
    .bind(tuple.permission_set.as_str())
    .bind(now)
    .fetch_one(tx.connection())
    .await?;
    row.into_assignment()
}

/// Leases up to `limit` assignments that need this work, the longest due first. What needs no call to go
/// (never attempted, or not ours) is left to [`crate::tuple::let_go`].
///
/// # Errors
/// When Postgres is away.
pub async fn claim(tx: &mut Tx, work: Work, limit: i64, lease: SignedDuration) -> Result<Vec<Assignment>, StoreError> {
    let now = tx.now();
    let rows: Vec<Row> = sqlx::query_as(
        "UPDATE assignments SET lease_token = gen_random_uuid(), leased_until = $1 WHERE id IN ( \
             SELECT id FROM assignments WHERE work = $2 AND due_at <= $3 AND (leased_until IS NULL OR leased_until <= $3) \
               AND NOT (work = 'delete' AND (state = 'absent' OR origin IS NOT DISTINCT FROM 'pre_existing')) \
             ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED) \
         RETURNING *",
    )
    .bind((now + lease).to_sqlx())
    .bind(work.as_str())
    .bind(now.to_sqlx())
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(Row::into_assignment).collect()
}

/// Leases up to `limit` assignments whose creation AWS took up before new access was paused.
///
/// # Errors
/// When Postgres is away.
pub async fn claim_under_way(tx: &mut Tx, limit: i64, lease: SignedDuration) -> Result<Vec<Assignment>, StoreError> {
    let now = tx.now();
    let rows: Vec<Row> = sqlx::query_as(
        "UPDATE assignments SET lease_token = gen_random_uuid(), leased_until = $1 WHERE id IN ( \
             SELECT id FROM assignments WHERE work = 'create' AND due_at <= $2 AND (leased_until IS NULL OR leased_until <= $2) \
               AND attempt = 'create' AND state = 'creating' ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED) \
         RETURNING *",
    )
    .bind((now + lease).to_sqlx())
    .bind(now.to_sqlx())
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(Row::into_assignment).collect()
}

/// When the next assignment needs this work, a lease that must run out first included.
///
/// # Errors
/// When Postgres is away.
pub async fn next_due(connection: &mut PgConnection, work: Work) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<jiff_sqlx::Timestamp> = sqlx::query_scalar(
        "SELECT min(GREATEST(due_at, COALESCE(leased_until, due_at))) FROM assignments WHERE work = $1 \
             AND NOT (work = 'delete' AND (state = 'absent' OR origin IS NOT DISTINCT FROM 'pre_existing'))",
    )
    .bind(work.as_str())
    .fetch_one(connection)
    .await?;
    Ok(next.map(jiff_sqlx::Timestamp::to_jiff))
}

/// Locks the assignment again after a call, if the lease is still ours.
///
/// # Errors
/// [`StoreError::Raced`] when another worker took it over.
pub async fn lock_leased(tx: &mut Tx, id: AssignmentId, lease: Uuid) -> Result<Assignment, StoreError> {
    let assignment = lock(tx, id).await?;
    if assignment.lease == Some(lease) {
        Ok(assignment)
    } else {
        Err(StoreError::Raced { what: "the lease of the assignment" })
    }
}

/// Writes a locked assignment, and its trail entry where the state changed from `was`.
///
/// # Errors
/// When Postgres is away.
pub async fn write(tx: &mut Tx, a: &Assignment, was: AssignmentState, detail: Option<&str>) -> Result<(), StoreError> {
    let time = |t: Option<Timestamp>| t.map(|t| t.to_sqlx());
    sqlx::query(
        "UPDATE assignments SET state = $2, generation = $3, origin = $4, work = $5, due_at = $6, lease_token = $7, \
             leased_until = $8, attempt = $9, send_by = $10, operation_id = $11, create_unresolved = $12, \
             first_absent_at = $13, tries = $14, last_error = $15, absent_at = $16, watch_until = $17, trace_parent = $18 \
         WHERE id = $1",
    )
    .bind(a.id.uuid())
    .bind(a.state.as_str())
    .bind(a.generation)
    .bind(a.origin.map(Origin::as_str))
    .bind(a.work.as_str())
    .bind(a.due_at.to_sqlx())
    .bind(a.lease)
    .bind(time(a.leased_until))
    .bind(a.attempt.as_ref().map(|t| t.kind.as_str()))
    .bind(time(a.attempt.as_ref().map(|t| t.send_by)))
    .bind(a.attempt.as_ref().and_then(|t| t.operation.as_deref()))
    .bind(a.create_unresolved)
    .bind(time(a.first_absent_at))
    .bind(a.tries)
    .bind(&a.last_error)
    .bind(time(a.absent_at))
    .bind(time(a.watch_until))
    .bind(&a.trace_parent)
    .execute(tx.connection())
    .await?;
    if a.state != was {
        tx.record(Fact::AssignmentChanged {
            assignment: a.id,
            tuple: a.tuple.clone(),
            state: a.state,
            generation: a.generation,
            origin: a.origin,
            detail: detail.map(str::to_owned),
        });
    }
    Ok(())
}
