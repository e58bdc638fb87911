//! Requests that nobody decided in time.

use domain::Fact;
use domain::request::RequestState;
use store::approvals::{self, ApprovalState};
use store::requests::{self, Request};
use store::{StoreError, Tx};

/// Closes up to `limit` requests whose time to decide is over, and returns how many. Those that somebody
/// decides about at this moment are left to them: they find the same thing out.
///
/// # Errors
/// When Postgres is away.
pub async fn time_out(tx: &mut Tx, limit: i64) -> Result<usize, StoreError> {
    let overdue = requests::lock_overdue(tx, limit).await?;
    for request in &overdue {
        approvals::lock(tx, request.id).await?;
        close(tx, request).await?;
    }
    Ok(overdue.len())
}

/// Closes one locked pending request as timed out.
pub(super) async fn close(tx: &mut Tx, request: &Request) -> Result<(), StoreError> {
    approvals::close(tx, request.id, ApprovalState::Closed).await?;
    requests::decide(tx, request, RequestState::TimedOut).await?;
    tx.record(Fact::RequestTimedOut { request: request.id });
    Ok(())
}
