//! Grants and their assignment, kept in step: every change of either goes through here, under both locks
//! (grants first, then the assignment), and ends in [`balance`], which says what work is left.

mod begin;
mod finish;

use domain::assignment::{AssignmentState, Holders, Origin, Work, work_for};
use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState, GrantVerb};
use domain::{AssignmentId, GrantId, Transition};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

pub use begin::{Creation, begin_creation, begin_deletion, start_due};
pub use finish::{Outcome, absent, failed, look_again, present, put_off, reopen, still_absent};

use crate::assignments::{self, Assignment, Attempt, AttemptKind};
use crate::grants::{self, Grant};
use crate::{StoreError, Tx};

/// A call that left by its `send_by` has taken effect, or never will, when this much more time is over.
/// The time-out of a call must be shorter.
pub const CALL_BOUND: SignedDuration = SignedDuration::from_secs(12);

/// What became of the wish to end a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It is ending, or has ended; the grant as it is now.
    Done(GrantId, GrantState),
    /// It was ending before.
    Already(GrantId, GrantState),
    /// Its state does not allow this.
    NotAllowed(GrantId, GrantState),
}

/// Ends these grants, and lets go at once what needs no call to AWS.
///
/// # Errors
/// When Postgres is away.
pub async fn end(
    tx: &mut Tx,
    ids: &[GrantId],
    reason: EndReason,
    detail: Option<&str>,
) -> Result<Vec<Ending>, StoreError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let locked = grants::lock(tx, &ids).await?;
    end_locked(tx, locked, reason, detail).await
}

/// Ends up to `limit` grants that are past their deadline. Returns how many.
///
/// # Errors
/// When Postgres is away.
pub async fn end_due(tx: &mut Tx, limit: i64) -> Result<usize, StoreError> {
    let due = grants::lock_due(tx, limit).await?;
    let (late, in_time): (Vec<Grant>, Vec<Grant>) = due.into_iter().partition(|g| g.state == GrantState::Granting);
    let count = late.len() + in_time.len();
    let never = "AWS did not show the assignment before the time was up";
    end_locked(tx, late, EndReason::Failed, Some(never)).await?;
    end_locked(tx, in_time, EndReason::Deadline, None).await?;
    Ok(count)
}

async fn end_locked(
    tx: &mut Tx,
    locked: Vec<Grant>,
    reason: EndReason,
    detail: Option<&str>,
) -> Result<Vec<Ending>, StoreError> {
    let mut endings = Vec::with_capacity(locked.len());
    let mut touched: Vec<AssignmentId> = Vec::new();
    for mut grant in locked {
        match grant.state.apply(GrantVerb::End(reason)) {
            Transition::Applied(GrantState::Ended) => {
                grants::end(tx, &mut grant, reason, Evidence::NeverAttempted).await?;
                endings.push(Ending::Done(grant.id, grant.state));
            }
            Transition::Applied(_) => {
                grants::revoke(tx, &mut grant, reason, detail.map(str::to_owned)).await?;
                touched.extend(grant.assignment);
                endings.push(Ending::Done(grant.id, grant.state));
            }
            Transition::Already => endings.push(Ending::Already(grant.id, grant.state)),
            Transition::NotAllowed => endings.push(Ending::NotAllowed(grant.id, grant.state)),
        }
    }
    touched.sort_unstable();
    touched.dedup();
    for id in touched {
        let mut assignment = assignments::lock(tx, id).await?;
        let was = assignment.state;
        balance(tx, &mut assignment).await?;
        assignments::write(tx, &assignment, was, None).await?;
    }
    Ok(endings)
}

/// Ends grants that are leaving and need no call to AWS: kept by another, never attempted, or not ours.
/// The scan behind [`end`], for those whose assignment was in a worker's hands then.
///
/// # Errors
/// When Postgres is away.
pub async fn let_go(tx: &mut Tx, limit: i64) -> Result<usize, StoreError> {
    use jiff_sqlx::ToSqlx;
    let now = tx.now().to_sqlx();
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT DISTINCT a.id FROM grants g JOIN assignments a ON a.id = g.assignment_id \
         WHERE g.state = 'revoking' AND (EXISTS (SELECT 1 FROM grants h WHERE h.assignment_id = a.id AND h.state IN ('granting', 'active')) \
             OR ((a.leased_until IS NULL OR a.leased_until <= $1) AND (a.state = 'absent' OR a.origin = 'pre_existing'))) LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    for id in &ids {
        let id = AssignmentId(*id);
        grants::lock_living(tx, id).await?;
        let mut assignment = assignments::lock(tx, id).await?;
        let was = assignment.state;
        balance(tx, &mut assignment).await?;
        assignments::write(tx, &assignment, was, None).await?;
    }
    Ok(ids.len())
}

/// Lets go what can go and says what is left to do. Both locks are held.
async fn balance(tx: &mut Tx, assignment: &mut Assignment) -> Result<(), StoreError> {
    let now = tx.now();
    let mut living = grants::living(tx.connection(), assignment.id).await?;
    let keeper = living.iter().find(|g| g.state.holds()).map(|g| (g.id, g.deadline_at.unwrap_or(now)));
    for grant in living.iter_mut().filter(|g| g.state == GrantState::Revoking) {
        let evidence = match keeper {
            Some((grant, until)) => Evidence::KeptByAnotherGrant { grant, until },
            None if assignment.is_leased(now) => continue,
            None if assignment.origin == Some(Origin::PreExisting) => Evidence::PreExistingLeft,
            None if assignment.state == AssignmentState::Absent => Evidence::NeverAttempted,
            None => continue,
        };
        let reason = grant.reason.unwrap_or(EndReason::Revoked);
        grants::end(tx, grant, reason, evidence).await?;
    }
    let count = |state| living.iter().filter(|g| g.state == state).count().try_into().unwrap_or(i64::MAX);
    let holders = Holders {
        granting: count(GrantState::Granting),
        active: count(GrantState::Active),
        revoking: count(GrantState::Revoking),
    };
    let nobody = holders == Holders::default();
    if nobody && assignment.origin == Some(Origin::PreExisting) && !assignment.is_leased(now) {
        forget(assignment);
    }
    let work = work_for(assignment.state, holders, assignment.is_watched(now));
    if work != assignment.work {
        assignment.work = work;
        assignment.due_at = match work {
            Work::Watch => next_look(assignment, now),
            Work::Delete => fence(assignment, now),
            Work::None | Work::Create => now,
        };
        assignment.trace_parent = crate::trace::current();
    }
    Ok(())
}

/// A creation that was sent and not answered may still land: a deletion does not leave before that is over.
fn fence(assignment: &Assignment, now: Timestamp) -> Timestamp {
    match &assignment.attempt {
        Some(Attempt { kind: AttemptKind::Create, send_by, operation: None }) => now.max(*send_by + CALL_BOUND),
        Some(_) | None => now,
    }
}

/// Curfew holds nothing on the tuple any more.
fn forget(assignment: &mut Assignment) {
    assignment.state = AssignmentState::Absent;
    assignment.origin = None;
    assignment.attempt = None;
    assignment.create_unresolved = false;
    assignment.first_absent_at = None;
    assignment.tries = 0;
    assignment.last_error = None;
}

/// After a removal the tuple is looked at now and then, less and less often, until a day is over.
fn next_look(assignment: &Assignment, now: Timestamp) -> Timestamp {
    let end = assignment.watch_until.unwrap_or(now);
    let Some(absent_at) = assignment.absent_at else { return end };
    [2, 10, 60, 6 * 60]
        .into_iter()
        .map(|minutes| absent_at + SignedDuration::from_mins(minutes))
        .find(|at| *at > now)
        .map_or(end, |at| at.min(end))
}
