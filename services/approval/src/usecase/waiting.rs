//! What waits for somebody's decision.

use domain::{RequestId, UserId};
use store::{StoreError, Tx, approvals, directory};

use super::summary::{Summary, summaries};

/// The pending requests that `user` may still decide about, the newest first, below `before`.
///
/// # Errors
/// When Postgres is away.
pub async fn waiting(
    tx: &mut Tx,
    user: &UserId,
    before: Option<RequestId>,
    limit: i64,
) -> Result<Vec<Summary>, StoreError> {
    let Some(me) = directory::person(tx.connection(), user).await?.filter(|p| p.active) else { return Ok(vec![]) };
    let groups: Vec<_> = me.groups.into_iter().map(|(id, _)| id).collect();
    let open = approvals::waiting_for(tx.connection(), user, &groups, before, limit).await?;
    summaries(tx, &open).await
}
