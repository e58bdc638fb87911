//! What this service says in its log, once for each thing worth saying.

use domain::{GrantId, Tuple};
use jiff::Timestamp;
use store::StoreError;

/// A creation is about to be sent.
pub fn creating(tuple: &Tuple) {
    tracing::debug!(account.id = %tuple.account, principal.id = %tuple.principal, "creating");
}

/// AWS shows the assignment.
pub fn present(tuple: &Tuple) {
    tracing::info!(account.id = %tuple.account, principal.id = %tuple.principal, "access is there");
}

/// AWS will not have it.
pub fn failed(tuple: &Tuple, why: &str) {
    tracing::warn!(account.id = %tuple.account, principal.id = %tuple.principal, why, "access could not be given");
}

/// It was approved, and does not begin.
pub fn refused(grant: GrantId, why: &str) {
    tracing::warn!(grant.id = %grant, why, "what was approved is no longer allowed");
}

/// It was approved, and begins later.
pub fn postponed(grant: GrantId, until: Timestamp) {
    tracing::info!(grant.id = %grant, %until, "a cool-down lasts, what was approved begins later");
}

/// Identity Center did not say how it is now; the directory's copy decides.
pub fn not_fresh(what: &'static str, error: &dyn std::fmt::Display) {
    tracing::info!(what, %error, "no fresh answer, the directory's copy decides");
}

/// It is tried again.
pub fn put_off(tuple: &Tuple, error: &str) {
    tracing::info!(account.id = %tuple.account, principal.id = %tuple.principal, error, "creation put off");
}

/// The lease or the database was lost on the way; whoever claims the row next goes on.
pub fn step_lost(error: &StoreError) {
    tracing::warn!(%error, "a step was lost, it is taken again");
}
