//! What this service says in its log, once for each thing worth saying.

use domain::Tuple;
use store::StoreError;
use store::assignments::Assignment;

/// AWS no longer shows the assignment.
pub fn absent(tuple: &Tuple) {
    tracing::info!(account.id = %tuple.account, principal.id = %tuple.principal, "access is gone");
}

/// AWS will not remove it, and waiting a little does not help: somebody should know.
pub fn removal_failed(assignment: &Assignment, why: &str) {
    let (tuple, tries) = (&assignment.tuple, assignment.tries);
    tracing::error!(account.id = %tuple.account, principal.id = %tuple.principal, tries, why, "access could not be removed, trying on");
}

/// It is tried again.
pub fn put_off(tuple: &Tuple, error: &str) {
    tracing::info!(account.id = %tuple.account, principal.id = %tuple.principal, error, "removal put off");
}

/// Something we removed is there again.
pub fn showed_again(tuple: &Tuple) {
    tracing::warn!(account.id = %tuple.account, principal.id = %tuple.principal, "a removed assignment showed again");
}

/// The lease or the database was lost on the way; whoever claims the row next goes on.
pub fn step_lost(error: &StoreError) {
    tracing::warn!(%error, "a step was lost, it is taken again");
}

/// AWS and the ledger differ.
pub fn drifted(found: &store::drift::Found) {
    let (kind, tuple, by) = (found.kind.as_str(), &found.tuple, found.done_by.as_deref());
    tracing::warn!(account.id = %tuple.account, principal.id = %tuple.principal, kind, by, "AWS and what is known differ");
}

/// An assignment that we made and knew nothing of will be removed.
pub fn taken_in(tuple: &Tuple) {
    tracing::warn!(account.id = %tuple.account, principal.id = %tuple.principal, "an orphan is taken in and removed");
}

/// So many orphans at once are not usual; nothing of it stops a deadline, an end or a revocation.
pub fn braked(orphans: u64) {
    tracing::error!(orphans, "orphans are not removed until an admin says so");
}

/// CloudTrail cannot be asked.
pub fn nobody_tells_who() {
    tracing::info!("CloudTrail cannot be asked who changed assignments");
}

/// A piece was not compared, and will be.
pub fn not_compared(trouble: &dyn std::fmt::Display) {
    tracing::warn!(%trouble, "AWS was not compared with what is known, it is tried again");
}
