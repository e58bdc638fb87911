//! Before a call: grants are taken up, and attempts are committed.

use domain::assignment::{AssignmentState, Origin, Work};
use domain::grant::{EndReason, Window};
use domain::{GrantId, Minutes};
use jiff::Timestamp;
use uuid::Uuid;

use super::finish::show;
use super::{balance, end_locked};
use crate::assignments::{self, Assignment, Attempt, AttemptKind};
use crate::grants::{self, Grant};
use crate::{StoreError, Tx};

/// Takes those of these grants up that are still scheduled: their provisional deadline is durable and their
/// assignment has work with this commit. What is too late to start ends instead. Returns how many it dealt with.
///
/// # Errors
/// When Postgres is away.
pub async fn start(tx: &mut Tx, ids: &[GrantId]) -> Result<usize, StoreError> {
    if ids.is_empty() {
        return Ok(0);
    }
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let locked = grants::lock_scheduled(tx, &ids).await?;
    start_locked(tx, locked).await
}

/// Takes up to `limit` scheduled grants up whose start has come, whatever the rules say now: for tests that are not
/// about rules.
///
/// # Errors
/// When Postgres is away.
pub async fn start_due(tx: &mut Tx, limit: i64) -> Result<usize, StoreError> {
    let locked = grants::lock_startable(tx, limit).await?;
    start_locked(tx, locked).await
}

/// Ends those of these grants that are still scheduled, since they are no longer allowed, each for the reason beside
/// it. No call was made for them, and none will be.
///
/// # Errors
/// When Postgres is away.
pub async fn refuse(tx: &mut Tx, refused: &[(GrantId, String)]) -> Result<(), StoreError> {
    if refused.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = refused.iter().map(|(id, _)| id.uuid()).collect();
    for grant in grants::lock_scheduled(tx, &ids).await? {
        let why = refused.iter().find(|(id, _)| *id == grant.id).map(|(_, why)| why.as_str());
        end_locked(tx, vec![grant], EndReason::NoLongerAllowed, why).await?;
    }
    Ok(())
}

/// Moves the start of those of these grants that are still scheduled to the moment beside each.
///
/// # Errors
/// When Postgres is away.
pub async fn postpone(tx: &mut Tx, postponed: &[(GrantId, Timestamp)]) -> Result<(), StoreError> {
    if postponed.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = postponed.iter().map(|(id, _)| id.uuid()).collect();
    for mut grant in grants::lock_scheduled(tx, &ids).await? {
        let until = postponed.iter().find(|(id, _)| *id == grant.id).map(|(_, until)| *until);
        if let Some(until) = until.filter(|until| *until > grant.start_at) {
            grants::postpone(tx, &mut grant, until).await?;
        }
    }
    Ok(())
}

async fn start_locked(tx: &mut Tx, locked: Vec<Grant>) -> Result<usize, StoreError> {
    let now = tx.now();
    let count = locked.len();
    let (late, mut in_time): (Vec<Grant>, Vec<Grant>) = locked.into_iter().partition(|g| g.start_by <= now);
    end_locked(tx, late, EndReason::Failed, Some("it could not start inside its window")).await?;
    in_time.sort_by(|a, b| a.tuple.cmp(&b.tuple));
    for mut grant in in_time {
        let mut assignment = assignments::lock_for(tx, &grant.tuple).await?;
        let deadline = window_of(&grant)?.provisional_deadline(now);
        grants::start(tx, &mut grant, assignment.id, deadline).await?;
        let was = assignment.state;
        balance(tx, &mut assignment).await?;
        assignment.trace_parent = grant.trace_parent.clone().or(assignment.trace_parent);
        assignments::write(tx, &assignment, was, None).await?;
    }
    Ok(count)
}

/// The window that was approved.
pub(super) fn window_of(grant: &Grant) -> Result<Window, StoreError> {
    let duration = Minutes::new(i64::from(grant.minutes)).map_err(|e| StoreError::impossible("grants", e))?;
    Ok(match grant.fixed_end {
        Some(end) => Window::Scheduled { start: end - duration.duration(), duration },
        None => Window::Now { duration },
    })
}

/// What a worker that holds the lease may do about a creation.
#[derive(Debug)]
pub enum Creation {
    /// The attempt is committed with the transaction: call AWS before it is too late.
    Send,
    /// AWS has it already: those who waited have it with the commit, and there is nothing to call.
    Present,
    /// Nobody wants it any more.
    Unwanted,
}

/// After a first read: commits the origin, once for a generation, and an attempt where one is needed.
///
/// # Errors
/// [`StoreError::Raced`] when the lease is lost.
pub async fn begin_creation(
    tx: &mut Tx,
    id: domain::AssignmentId,
    lease: Uuid,
    is_present: bool,
    send_by: Timestamp,
) -> Result<Creation, StoreError> {
    // Grants before their assignment, also for those that will be active with this commit.
    let waiting = if is_present { grants::lock_living(tx, id).await? } else { Vec::new() };
    let mut a = assignments::lock_leased(tx, id, lease).await?;
    let was = a.state;
    if a.work != Work::Create {
        a.release();
        balance(tx, &mut a).await?;
        assignments::write(tx, &a, was, None).await?;
        return Ok(Creation::Unwanted);
    }
    if a.state == AssignmentState::Absent {
        let recent = a.is_watched(tx.now());
        a.origin = Some(Origin::from_first_read(is_present, recent));
        a.generation += 1;
        a.state = AssignmentState::Creating;
    }
    if is_present {
        assignments::write(tx, &a, was, Some("seen before any call")).await?;
        show(tx, waiting, a).await?;
        return Ok(Creation::Present);
    }
    if a.origin == Some(Origin::PreExisting) {
        // Somebody removed what was there before: from here on it is ours.
        a.origin = Some(Origin::Ours);
        a.generation += 1;
    }
    a.state = AssignmentState::Creating;
    a.attempt = Some(Attempt { kind: AttemptKind::Create, send_by, operation: None });
    a.create_unresolved = true;
    assignments::write(tx, &a, was, None).await?;
    Ok(Creation::Send)
}

/// Commits a deletion's attempt on a claimed assignment, in the transaction of the claim.
///
/// # Errors
/// When Postgres is away.
pub async fn begin_deletion(tx: &mut Tx, a: &mut Assignment, send_by: Timestamp) -> Result<(), StoreError> {
    let was = a.state;
    a.state = AssignmentState::Deleting;
    a.attempt = Some(Attempt { kind: AttemptKind::Delete, send_by, operation: None });
    assignments::write(tx, a, was, None).await
}
