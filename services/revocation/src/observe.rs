//! What this service says in its log, once for each thing worth saying.

use cloud::CallError;
use domain::Tuple;
use store::StoreError;
use store::assignments::Assignment;
use store::tuple::Noted;

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

/// Postgres went away, or is back. Without having been read once, nothing is known of what is due.
pub fn database_away(is_away: bool, remembered: Option<usize>, rank: u32) {
    match (is_away, remembered) {
        (false, _) => tracing::info!("the database is back"),
        (true, Some(remembered)) => {
            tracing::warn!(remembered, rank, "the database is away; access that is over is removed from memory");
        }
        (true, None) => tracing::error!("the database is away and was never read; only the backstop removes access"),
    }
}

/// A deletion is about to be sent while the database is away.
pub fn removing_offline(tuple: &Tuple) {
    tracing::debug!(account.id = %tuple.account, principal.id = %tuple.principal, "removing while the database is away");
}

/// Access is gone, and nobody could be told yet.
pub fn removed_offline(tuple: &Tuple) {
    tracing::info!(account.id = %tuple.account, principal.id = %tuple.principal, "access is gone, removed while the database was away");
}

/// It is written down.
pub fn written_down(tuple: &Tuple, noted: Noted) {
    match noted {
        Noted::Gone | Noted::Overtaken => {
            tracing::info!(account.id = %tuple.account, principal.id = %tuple.principal, ?noted, "a removal without the database was written down");
        }
        Noted::GivenAgain => {
            tracing::warn!(account.id = %tuple.account, principal.id = %tuple.principal, "access was cut while the database was away although it had been prolonged; it is given again");
        }
    }
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
