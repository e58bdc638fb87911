//! Taking a request back: before its decision, or approved and before anything was done in AWS.

use domain::grant::{EndReason, GrantState};
use domain::request::{RequestState, RequestVerb};
use domain::{GrantId, RequestId, Transition};
use store::grants::{self, Grant};
use store::requests::{self, Request};
use store::{StoreError, Tx, approvals, decision, tuple};

/// What is taken back.
#[derive(Debug, Clone)]
pub struct Cancel {
    /// Which request.
    pub request: RequestId,
    /// The version that the requester saw, to be sure of what they cancel.
    pub version: Option<i64>,
}

/// What became of it.
#[derive(Debug, thiserror::Error)]
pub enum Cancelled {
    /// No such request, or not one of the caller's.
    #[error("there is no such request of yours")]
    Unknown,
    /// It was changed since the caller saw it.
    #[error("the request is at version {current}, not {given}")]
    Stale {
        /// What was given.
        given: i64,
        /// What it is.
        current: i64,
    },
    /// It was decided otherwise.
    #[error("the request is {}", .0.as_str())]
    Decided(RequestState),
    /// It was approved and its access has begun.
    #[error("the access is {}", .0.as_str())]
    Begun(GrantState),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes it back; doing it twice is harmless. What was approved keeps that state, and its grants are ended.
///
/// # Errors
/// [`Cancelled`]: why not.
pub async fn cancel(tx: &mut Tx, command: &Cancel) -> Result<(), Cancelled> {
    let request = requests::lock(tx, command.request).await?.ok_or(Cancelled::Unknown)?;
    if tx.actor().user() != Some(&request.requester) {
        return Err(Cancelled::Unknown);
    }
    match request.state.apply(RequestVerb::Cancel) {
        Transition::Already => Ok(()),
        Transition::Applied(_) => {
            is_fresh(&request, command)?;
            cancel_pending(tx, &request).await
        }
        Transition::NotAllowed if request.state == RequestState::Approved && request.extends.is_none() => {
            cancel_approved(tx, &request, command).await
        }
        Transition::NotAllowed => Err(Cancelled::Decided(request.state)),
    }
}

fn is_fresh(request: &Request, command: &Cancel) -> Result<(), Cancelled> {
    match command.version {
        Some(given) if given != request.version => Err(Cancelled::Stale { given, current: request.version }),
        Some(_) | None => Ok(()),
    }
}

/// Pairs that were approved already stay so, and end as far as they have not begun.
async fn cancel_pending(tx: &mut Tx, request: &Request) -> Result<(), Cancelled> {
    approvals::lock(tx, request.id).await?;
    approvals::close_all(tx, request.id).await?;
    if request.extends.is_none() {
        let grants = lock_grants(tx, request).await?;
        end_scheduled(tx, &grants).await?;
    }
    Ok(decision::give_up(tx, request, RequestState::Cancelled).await?)
}

async fn cancel_approved(tx: &mut Tx, request: &Request, command: &Cancel) -> Result<(), Cancelled> {
    approvals::lock(tx, request.id).await?;
    let grants = lock_grants(tx, request).await?;
    let items = requests::items(tx.connection(), request.id).await?;
    let was_cancelled = items.iter().any(|item| item.state == RequestState::Cancelled)
        || (!grants.is_empty() && grants.iter().all(is_cancelled));
    if was_cancelled && !grants.iter().any(|g| g.state == GrantState::Scheduled) {
        return Ok(());
    }
    is_fresh(request, command)?;
    if let Some(begun) = grants.iter().find(|g| g.state != GrantState::Scheduled && !is_cancelled(g)) {
        return Err(Cancelled::Begun(begun.state));
    }
    end_scheduled(tx, &grants).await
}

async fn lock_grants(tx: &mut Tx, request: &Request) -> Result<Vec<Grant>, Cancelled> {
    let grants = grants::of_requests(tx.connection(), &[request.id.uuid()]).await?;
    let ids: Vec<_> = grants.iter().map(|g| g.id.uuid()).collect();
    Ok(grants::lock(tx, &ids).await?)
}

async fn end_scheduled(tx: &mut Tx, grants: &[Grant]) -> Result<(), Cancelled> {
    let scheduled: Vec<GrantId> = grants.iter().filter(|g| g.state == GrantState::Scheduled).map(|g| g.id).collect();
    tuple::end(tx, &scheduled, EndReason::Cancelled, None).await?;
    Ok(())
}

fn is_cancelled(grant: &Grant) -> bool {
    grant.state == GrantState::Ended && grant.reason == Some(EndReason::Cancelled)
}
