//! Assignments: rows and leases. A worker that holds a lease's token is the only one that may call AWS
//! about the tuple; whatever it writes, it writes with the token.

mod claim;

use domain::assignment::{AssignmentState, Origin, Work};
use domain::{AssignmentId, Fact, Tuple};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::grants::tuple_of;
use crate::{StoreError, Tx, new_id};

pub use claim::{Waiting, any_due, claim, claim_late, claim_under_way, claim_with_slots, next_due, waiting};

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
    /// Until when a creation whose answer was lost may still land.
    pub create_fence: Option<Timestamp>,
    /// Its place among the operations under way, where they are limited.
    pub slot: Option<Slot>,
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
    /// It is not made again before this: older sessions of the tuple are being cut.
    pub create_after: Option<Timestamp>,
    /// The trace of the change that made the work.
    pub trace_parent: Option<String>,
}

/// A place among the operations that may be under way at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Which of them.
    pub number: i16,
    /// When it is free again if nothing more is heard.
    pub until: Timestamp,
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
    create_fence: Option<jiff_sqlx::Timestamp>,
    slot: Option<i16>,
    slot_until: Option<jiff_sqlx::Timestamp>,
    first_absent_at: Option<jiff_sqlx::Timestamp>,
    tries: i32,
    last_error: Option<String>,
    absent_at: Option<jiff_sqlx::Timestamp>,
    watch_until: Option<jiff_sqlx::Timestamp>,
    create_after: Option<jiff_sqlx::Timestamp>,
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
            create_fence: time(self.create_fence),
            slot: self.slot.zip(time(self.slot_until)).map(|(number, until)| Slot { number, until }),
            first_absent_at: time(self.first_absent_at),
            tries: self.tries,
            last_error: self.last_error,
            absent_at: time(self.absent_at),
            watch_until: time(self.watch_until),
            create_after: time(self.create_after),
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
    /// The place goes with it, unless the operation may be under way.
    pub const fn release(&mut self) {
        self.lease = None;
        self.leased_until = None;
        if self.attempt.is_none() {
            self.slot = None;
        }
    }

    /// The attempt, if it is a creation that nobody heard an answer to, may land until its bound: remembered for the
    /// time when the attempt is not there any more.
    pub(crate) fn remember_lost_creation(&mut self, bound: SignedDuration) {
        if let Some(Attempt { kind: AttemptKind::Create, send_by, operation: None }) = self.attempt {
            self.create_fence = self.create_fence.max(Some(send_by + bound));
        }
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

/// Several assignments, locked in the order of their tuples, as whoever else locks several does.
///
/// # Errors
/// When Postgres is away.
pub(crate) async fn lock_all(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Assignment>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM assignments WHERE id = ANY($1) \
         ORDER BY principal_id COLLATE \"C\", account_id COLLATE \"C\", permission_set_arn COLLATE \"C\" FOR UPDATE",
    )
    .bind(ids)
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(Row::into_assignment).collect()
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

/// Remembers which groups AWS showed to have the same permission set in the same account, for locked assignments.
///
/// # Errors
/// When Postgres is away.
pub(crate) async fn note_groups(
    tx: &mut Tx,
    read: impl Iterator<Item = (AssignmentId, &[String])>,
) -> Result<(), StoreError> {
    let (ids, groups): (Vec<Uuid>, Vec<serde_json::Value>) =
        read.map(|(id, groups)| (id.uuid(), serde_json::Value::from(groups.to_vec()))).unzip();
    if ids.is_empty() {
        return Ok(());
    }
    let now = tx.now().to_sqlx();
    sqlx::query(
        "UPDATE assignments a SET held_by_groups = ARRAY(SELECT jsonb_array_elements_text(w.groups)), held_read_at = $3 \
         FROM unnest($1::uuid[], $2::jsonb[]) AS w(id, groups) WHERE a.id = w.id",
    )
    .bind(ids)
    .bind(groups)
    .bind(now)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Writes a locked assignment, and its trail entry where the state changed from `was`.
///
/// # Errors
/// When Postgres is away.
pub async fn write(tx: &mut Tx, a: &Assignment, was: AssignmentState, detail: Option<&str>) -> Result<(), StoreError> {
    write_all(tx, &[(a, was)], detail).await
}

/// The same of several, each with what its state was: one statement for all.
///
/// # Errors
/// When Postgres is away.
pub async fn write_all(
    tx: &mut Tx,
    changed: &[(&Assignment, AssignmentState)],
    detail: Option<&str>,
) -> Result<(), StoreError> {
    let rows: Vec<_> = changed.iter().map(|(a, _)| *a).collect();
    write_rows(tx, &rows).await?;
    for (a, was) in changed {
        tell(tx, a, *was, detail);
    }
    Ok(())
}

/// The trail entry of an assignment whose state changed from `was`.
pub(crate) fn tell(tx: &mut Tx, a: &Assignment, was: AssignmentState, detail: Option<&str>) {
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
}

/// Writes locked assignments and tells nobody.
///
/// # Errors
/// When Postgres is away.
pub(crate) async fn write_rows(tx: &mut Tx, rows: &[&Assignment]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    // A column of all rows.
    macro_rules! column {
        ($a:ident => $value:expr) => {
            rows.iter().map(|$a| $value).collect::<Vec<_>>()
        };
    }
    let time = |t: Option<Timestamp>| t.map(|t| t.to_sqlx());
    sqlx::query(
        "UPDATE assignments a SET state = w.state, generation = w.generation, origin = w.origin, work = w.work, due_at = w.due_at, \
             lease_token = w.lease_token, leased_until = w.leased_until, attempt = w.attempt, send_by = w.send_by, \
             operation_id = w.operation_id, create_unresolved = w.create_unresolved, first_absent_at = w.first_absent_at, \
             tries = w.tries, last_error = w.last_error, absent_at = w.absent_at, watch_until = w.watch_until, \
             trace_parent = w.trace_parent, create_fence = w.create_fence, slot = w.slot, slot_until = w.slot_until \
         FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::timestamptz[], $7::uuid[], \
             $8::timestamptz[], $9::text[], $10::timestamptz[], $11::text[], $12::boolean[], $13::timestamptz[], $14::integer[], \
             $15::text[], $16::timestamptz[], $17::timestamptz[], $18::text[], $19::timestamptz[], $20::smallint[], \
             $21::timestamptz[]) AS w(id, state, generation, origin, work, due_at, lease_token, leased_until, attempt, \
             send_by, operation_id, create_unresolved, first_absent_at, tries, last_error, absent_at, watch_until, \
             trace_parent, create_fence, slot, slot_until) \
         WHERE a.id = w.id",
    )
    .bind(column!(a => a.id.uuid()))
    .bind(column!(a => a.state.as_str()))
    .bind(column!(a => a.generation))
    .bind(column!(a => a.origin.map(Origin::as_str)))
    .bind(column!(a => a.work.as_str()))
    .bind(column!(a => a.due_at.to_sqlx()))
    .bind(column!(a => a.lease))
    .bind(column!(a => time(a.leased_until)))
    .bind(column!(a => a.attempt.as_ref().map(|t| t.kind.as_str())))
    .bind(column!(a => time(a.attempt.as_ref().map(|t| t.send_by))))
    .bind(column!(a => a.attempt.as_ref().and_then(|t| t.operation.as_deref())))
    .bind(column!(a => a.create_unresolved))
    .bind(column!(a => time(a.first_absent_at)))
    .bind(column!(a => a.tries))
    .bind(column!(a => a.last_error.as_deref()))
    .bind(column!(a => time(a.absent_at)))
    .bind(column!(a => time(a.watch_until)))
    .bind(column!(a => a.trace_parent.as_deref()))
    .bind(column!(a => time(a.create_fence)))
    .bind(column!(a => a.slot.map(|slot| slot.number)))
    .bind(column!(a => time(a.slot.map(|slot| slot.until))))
    .execute(tx.connection())
    .await?;
    Ok(())
}
