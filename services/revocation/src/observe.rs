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

/// An emergency ended access.
pub fn ended_by_emergency(emergency: domain::EmergencyId, grants: usize) {
    tracing::warn!(emergency.id = %emergency, grants, "an emergency ended access");
}

/// People who are disabled or gone lost their access.
pub fn ended_of_leavers(grants: usize) {
    tracing::warn!(grants, "ended access of people who are disabled or gone");
}

/// Somebody pressed the button.
pub fn emergency(emergency: domain::EmergencyId, waits: bool) {
    tracing::warn!(emergency.id = %emergency, waits, "the emergency button was pressed");
}
