//! What this service says in its log, once for each thing worth saying.

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
