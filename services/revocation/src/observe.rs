//! What this service says in its log, once for each thing worth saying.

use cloud::CallError;
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

/// The policy in AWS is what it should be.
pub fn sessions_denied(held: usize, left_out: usize) {
    tracing::info!(sessions.denied = held, sessions.left_out = left_out, "live sessions are denied");
}

/// The policy could not be written; it is tried again.
pub fn sessions_put_off(error: &CallError, tries: i32) {
    tracing::warn!(%error, tries, "live sessions could not be denied, trying on");
}

/// The lease or the database was lost on the way; whoever claims the row next goes on.
pub fn step_lost(error: &StoreError) {
    tracing::warn!(%error, "a step was lost, it is taken again");
}
