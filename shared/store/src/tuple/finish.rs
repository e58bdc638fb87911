//! After a call: what AWS showed is settled with the lease's token.

use domain::AssignmentId;
use domain::assignment::{AssignmentState, Origin, Work};

use domain::grant::{EndReason, GrantState};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::begin::window_of;
use super::{CALL_BOUND, balance, fence, keep_slot, next_look};
use crate::assignments::{self, Assignment, Slot};
use crate::grants::Grant;
use crate::{StoreError, Tx, backstops, grants, troubles};

/// What is known of the attempt when a worker puts the work off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// AWS refused the call: it had no effect.
    NoEffect,
    /// Nobody knows whether it had an effect.
    Unknown,
    /// AWS took it up under this id and has not finished.
    UnderWay(String),
    /// There was no call.
    NoCall,
}

/// AWS ends an operation within this time, as far as a place is kept for one whose answer was lost.
const FINISHED: SignedDuration = SignedDuration::from_secs(30);

/// AWS shows it: those who waited have it from now on.
///
/// # Errors
/// [`StoreError::Raced`] when the lease is lost.
pub async fn present(tx: &mut Tx, id: AssignmentId, lease: Uuid) -> Result<(), StoreError> {
    let living = grants::lock_living(tx, id).await?;
    let assignment = assignments::lock_leased(tx, id, lease).await?;
    show(tx, living, assignment).await
}

/// Activates those of the locked grants that waited for the locked assignment.
pub(super) async fn show(tx: &mut Tx, living: Vec<Grant>, mut a: Assignment) -> Result<(), StoreError> {
    let now = tx.now();
    let was = a.state;
    let covered = match a.origin {
        Some(Origin::PreExisting) => None,
        Some(Origin::Ours) | None => backstops::covered(tx, a.id).await?,
    };
    for mut grant in living.into_iter().filter(|g| g.state == GrantState::Granting) {
        let deadline = window_of(&grant)?.deadline(now);
        // Where AWS took longer than its schedule waits, the access is the shorter for it.
        let deadline = covered.map_or(deadline, |covered| deadline.min(covered));
        grants::activate(tx, &mut grant, deadline).await?;
    }
    a.state = AssignmentState::Present;
    settled(&mut a);
    balance(tx, &mut a).await?;
    delete_at_once(&mut a, now);
    assignments::write(tx, &a, was, None).await
}

/// AWS will not have it: those who waited leave through revoking, and whatever was made is taken away.
///
/// # Errors
/// [`StoreError::Raced`] when the lease is lost.
pub async fn failed(tx: &mut Tx, id: AssignmentId, lease: Uuid, why: &str) -> Result<(), StoreError> {
    let living = grants::lock_living(tx, id).await?;
    let mut a = assignments::lock_leased(tx, id, lease).await?;
    let was = a.state;
    for mut grant in living.into_iter().filter(|g| g.state == GrantState::Granting) {
        grants::revoke(tx, &mut grant, EndReason::Failed, Some(why.to_owned())).await?;
    }
    settled(&mut a);
    a.last_error = Some(why.to_owned());
    balance(tx, &mut a).await?;
    delete_at_once(&mut a, tx.now());
    assignments::write(tx, &a, was, Some(why)).await
}

/// A first read showed nothing, without AWS having said that it removed anything: look again after a while.
///
/// # Errors
/// [`StoreError::Raced`] when the lease is lost.
pub async fn still_absent(tx: &mut Tx, id: AssignmentId, lease: Uuid, again_at: Timestamp) -> Result<(), StoreError> {
    let mut a = assignments::lock_leased(tx, id, lease).await?;
    let was = a.state;
    a.first_absent_at.get_or_insert(tx.now());
    a.due_at = again_at;
    a.slot = None;
    a.release();
    assignments::write(tx, &a, was, None).await
}

/// Nothing to settle yet: the work is due again at `again_at`.
///
/// # Errors
/// [`StoreError::Raced`] when the lease is lost.
pub async fn put_off(
    tx: &mut Tx,
    id: AssignmentId,
    lease: Uuid,
    outcome: Outcome,
    again_at: Timestamp,
    error: Option<&str>,
) -> Result<(), StoreError> {
    let mut a = assignments::lock_leased(tx, id, lease).await?;
    let was = a.state;
    let unknown = outcome == Outcome::Unknown;
    match outcome {
        // An earlier creation may still be unresolved; only seeing it present or gone settles that.
        Outcome::NoEffect => a.attempt = None,
        Outcome::UnderWay(operation) => {
            if let Some(attempt) = &mut a.attempt {
                attempt.operation = Some(operation);
            }
            keep_slot(&mut a, tx.now());
        }
        Outcome::Unknown => {
            if let Some(attempt) = &mut a.attempt {
                attempt.operation = None;
                // What left by then has landed or never will, and AWS has had time to finish it.
                let over = attempt.send_by + CALL_BOUND + FINISHED;
                a.slot = a.slot.map(|slot| Slot { until: over, ..slot });
            }
            a.remember_lost_creation(CALL_BOUND);
        }
        Outcome::NoCall => {}
    }
    if let Some(error) = error {
        troubles::note(tx, id, a.tries == 0).await?;
        a.tries += 1;
        a.last_error = Some(error.to_owned());
        a.first_absent_at = None;
    }
    a.due_at = again_at;
    a.release();
    let tried = a.attempt.as_ref().map_or(a.work, |t| t.kind.work());
    balance(tx, &mut a).await?;
    if a.work != tried {
        // Another service takes over: at once, unless a call of ours may still take effect.
        a.due_at = if unknown { fence(&a, tx.now()) } else { tx.now() };
    }
    assignments::write(tx, &a, was, None).await
}

/// A watched tuple is still gone: look again later, until the watch is over.
///
/// # Errors
/// [`StoreError::Raced`] when the lease is lost.
pub async fn look_again(tx: &mut Tx, id: AssignmentId, lease: Uuid) -> Result<(), StoreError> {
    let mut a = assignments::lock_leased(tx, id, lease).await?;
    let was = a.state;
    a.release();
    if a.work == Work::Watch {
        a.due_at = next_look(&a, tx.now());
    }
    balance(tx, &mut a).await?;
    assignments::write(tx, &a, was, None).await
}

/// A removed assignment showed again: it is taken away again.
///
/// # Errors
/// [`StoreError::Raced`] when the lease is lost.
pub async fn reopen(tx: &mut Tx, id: AssignmentId, lease: Uuid) -> Result<(), StoreError> {
    let mut a = assignments::lock_leased(tx, id, lease).await?;
    let was = a.state;
    if a.state == AssignmentState::Absent {
        a.state = AssignmentState::Deleting;
        a.origin = Some(Origin::Ours);
        a.generation += 1;
    }
    a.release();
    balance(tx, &mut a).await?;
    assignments::write(tx, &a, was, Some("showed again after it was removed")).await
}

/// A deletion that waited for the end of our own call need not wait any longer.
fn delete_at_once(a: &mut Assignment, now: Timestamp) {
    if a.work == Work::Delete {
        a.due_at = now;
    }
}

/// No attempt is open any more, and the lease is given back.
fn settled(a: &mut Assignment) {
    a.attempt = None;
    a.create_unresolved = false;
    a.first_absent_at = None;
    a.tries = 0;
    a.last_error = None;
    a.release();
}
