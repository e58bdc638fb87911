//! Grants and their assignment, kept in step: every change of either goes through here, under both locks
//! (grants first, then the assignment), and ends in [`balance`], which says what work is left.

mod adopt;
mod begin;
mod finish;
mod force;
mod gone;
mod offline;
mod retry;
mod sweep;
mod take_in;

use std::collections::BTreeSet;

use domain::assignment::{AssignmentState, Holders, Origin, Work, work_for};
use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState, GrantVerb};
use domain::sessions::CutSessions;
use domain::{AssignmentId, GrantId, Transition};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

pub use adopt::{Adopting, adopt};
pub(crate) use begin::foresee;
pub use begin::{Creation, begin_creation, begin_deletions, postpone, refuse, start, start_due};
pub use finish::{Outcome, failed, look_again, present, put_off, reopen, still_absent};
pub use force::force;
pub use gone::{Gone, gone};
pub use offline::{Noted, removed_offline};
pub use retry::{NotRetried, retry};
pub use sweep::{end_for_emergency, end_leavers};
pub use take_in::take_in;

use crate::assignments::{self, Assignment, Attempt, AttemptKind};
use crate::grants::{self, Grant};
use crate::{StoreError, Tx, slots};

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
    let mut leaving = Vec::new();
    for mut grant in locked {
        match grant.state.apply(GrantVerb::End(reason)) {
            Transition::Applied(GrantState::Ended) => {
                grants::end(tx, &mut grant, reason, detail, Evidence::NeverAttempted).await?;
                endings.push(Ending::Done(grant.id, grant.state));
            }
            Transition::Applied(state) => {
                endings.push(Ending::Done(grant.id, state));
                leaving.push(grant);
            }
            Transition::Already => endings.push(Ending::Already(grant.id, grant.state)),
            Transition::NotAllowed => endings.push(Ending::NotAllowed(grant.id, grant.state)),
        }
    }
    if leaving.is_empty() {
        return Ok(endings);
    }
    grants::revoke_all(tx, &mut leaving, reason, detail).await?;
    let left = balance_all(tx, &leaving).await?;
    for ending in &mut endings {
        if let Ending::Done(id, state) = ending
            && left.contains(id)
        {
            *state = GrantState::Ended;
        }
    }
    Ok(endings)
}

/// Balances the assignments of these grants. Returns whom that let go.
async fn balance_all(tx: &mut Tx, grants: &[Grant]) -> Result<BTreeSet<GrantId>, StoreError> {
    let touched: BTreeSet<AssignmentId> = grants.iter().filter_map(|grant| grant.assignment).collect();
    let ids: Vec<Uuid> = touched.into_iter().map(AssignmentId::uuid).collect();
    let mut locked = assignments::lock_all(tx, &ids).await?;
    let mut living = grants::by_assignment(grants::living_on(tx.connection(), &ids).await?);
    let mut left = BTreeSet::new();
    let mut was = Vec::with_capacity(locked.len());
    for assignment in &mut locked {
        was.push(assignment.state);
        let living = living.remove(&assignment.id).unwrap_or_default();
        left.extend(balance_with(tx, assignment, living).await?);
    }
    let changed: Vec<_> = locked.iter().zip(was).collect();
    assignments::write_all(tx, &changed, None).await?;
    Ok(left)
}

/// Ends grants that are leaving and need no call to AWS: kept by another, never attempted, or not ours.
/// The scan behind [`end`], for those whose assignment was in a worker's hands then. It waits for no lock: what others
/// hold is looked at the next time.
///
/// # Errors
/// When Postgres is away.
pub async fn let_go(tx: &mut Tx, limit: i64) -> Result<usize, StoreError> {
    use jiff_sqlx::ToSqlx;
    let now = tx.now().to_sqlx();
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT DISTINCT a.id FROM grants g JOIN assignments a ON a.id = g.assignment_id \
         WHERE g.state = 'revoking' AND (EXISTS (SELECT 1 FROM grants h WHERE h.assignment_id = a.id AND h.state IN ('granting', 'active')) \
             OR ((a.leased_until IS NULL OR a.leased_until <= $1) AND (a.state = 'absent' OR a.origin = 'pre_existing'))) ORDER BY a.id LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    for id in &ids {
        let Some(mut assignment) = assignments::lock_free(tx, AssignmentId(*id)).await? else { continue };
        let was = assignment.state;
        balance(tx, &mut assignment).await?;
        assignments::write(tx, &assignment, was, None).await?;
    }
    Ok(ids.len())
}

/// Lets go what can go and says what is left to do; the assignment's lock is held. Returns whom it let go.
async fn balance(tx: &mut Tx, assignment: &mut Assignment) -> Result<Vec<GrantId>, StoreError> {
    let living = grants::living(tx.connection(), assignment.id).await?;
    balance_with(tx, assignment, living).await
}

/// The same, with the grants that live on it as they are under its lock.
async fn balance_with(
    tx: &mut Tx,
    assignment: &mut Assignment,
    mut living: Vec<Grant>,
) -> Result<Vec<GrantId>, StoreError> {
    let now = tx.now();
    let left = match without_call(assignment, &living, now) {
        Some(evidence) => leave(tx, &living, &evidence, assignment.origin).await?,
        None => Vec::new(),
    };
    living.retain(|g| !left.contains(&g.id));
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
            // Sessions that are being cut are told apart from new ones by when they began.
            Work::Create => assignment.create_after.map_or(now, |after| after.max(now)),
            Work::None => now,
        };
        assignment.trace_parent = tx.trace();
    }
    Ok(left)
}

/// How it is known that those who leave are rid of the assignment, where no call is needed for that.
fn without_call(assignment: &Assignment, living: &[Grant], now: Timestamp) -> Option<Evidence> {
    match living.iter().find(|g| g.state.holds()) {
        Some(g) => Some(Evidence::KeptByAnotherGrant { grant: g.id, until: g.deadline_at.unwrap_or(now) }),
        None if assignment.is_leased(now) => None,
        None if assignment.origin == Some(Origin::PreExisting) => Some(Evidence::PreExistingLeft),
        None if assignment.state == AssignmentState::Absent => Some(Evidence::NeverAttempted),
        None => None,
    }
}

/// Ends those of them that are leaving. The assignment's lock is held, after which no grant's may be waited for:
/// whom others hold is left to [`let_go`].
async fn leave(
    tx: &mut Tx,
    living: &[Grant],
    evidence: &Evidence,
    origin: Option<Origin>,
) -> Result<Vec<GrantId>, StoreError> {
    let ids: Vec<Uuid> = living.iter().filter(|g| g.state == GrantState::Revoking).map(|g| g.id.uuid()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut left = Vec::with_capacity(ids.len());
    for mut grant in grants::lock_free(tx, &ids).await? {
        if grant.state == GrantState::Revoking {
            let reason = grant.reason.unwrap_or(EndReason::Revoked);
            if origin == Some(Origin::PreExisting) {
                // What was there before Curfew stays, and with it every session.
                grant.session_terms.cut = CutSessions::Never;
            }
            grants::end(tx, &mut grant, reason, None, evidence.clone()).await?;
            left.push(grant.id);
        }
    }
    Ok(left)
}

/// A creation that was sent and not answered may still land: a deletion does not leave before that is over.
fn fence(assignment: &Assignment, now: Timestamp) -> Timestamp {
    match &assignment.attempt {
        Some(Attempt { kind: AttemptKind::Create, send_by, operation: None }) => now.max(*send_by + CALL_BOUND),
        Some(_) | None => now,
    }
}

/// The place is the attempt's for as long as something may be under way.
fn keep_slot(assignment: &mut Assignment, now: Timestamp) {
    if let Some(slot) = &mut assignment.slot {
        slot.until = now + slots::KEPT;
    }
}

/// Curfew holds nothing on the tuple any more.
fn forget(assignment: &mut Assignment) {
    assignment.state = AssignmentState::Absent;
    assignment.origin = None;
    assignment.attempt = None;
    assignment.create_unresolved = false;
    assignment.create_fence = None;
    assignment.slot = None;
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
