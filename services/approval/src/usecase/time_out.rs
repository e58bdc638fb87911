//! Requests that nobody decided in time. What was approved of them stays so.

use domain::request::RequestState;
use store::{StoreError, Tx, approvals, decision, requests};

/// Closes up to `limit` requests whose time to decide is over, and returns how many. Those that somebody
/// decides about at this moment are left to them: they find the same thing out.
///
/// # Errors
/// When Postgres is away.
pub async fn time_out(tx: &mut Tx, limit: i64) -> Result<usize, StoreError> {
    let overdue = requests::lock_overdue(tx, limit).await?;
    for request in &overdue {
        approvals::lock(tx, request.id).await?;
        decision::give_up(tx, request, RequestState::TimedOut).await?;
        approvals::close_all(tx, request.id).await?;
    }
    Ok(overdue.len())
}
