//! What a yes does, whoever or whatever said it: in one transaction the request is approved and its
//! grants exist, or the grant that it extends has a later deadline. A request may be decided pair by pair.

use domain::grant::{EXTENSION_CLOSES, GrantState};
use domain::request::RequestState;
use domain::sessions::Terms;
use domain::{Fact, GrantId, Tuple, UserId};
use jiff::SignedDuration;

use crate::grants::{self, Grant};
use crate::requests::{self, Request};
use crate::{StoreError, Tx, new_id};

/// What became of the approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approved {
    /// These grants exist, or this one lives longer.
    Grants(Vec<GrantId>),
    /// The grant to be extended no longer lives: it is in this state.
    TooLate(GrantState),
}

/// How long after its approval a start-now grant may still begin.
const START_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// Approves these pairs of a locked pending request; the request is decided with its last pair.
///
/// # Errors
/// When Postgres is away, or the request moved on since it was locked.
pub async fn approve(
    tx: &mut Tx,
    request: &Request,
    ordinals: &[i16],
    automatic: bool,
) -> Result<Approved, StoreError> {
    let ids = match request.extends {
        Some(grant) => match extend(tx, request, grant).await? {
            Ok(()) => vec![grant],
            Err(state) => return Ok(Approved::TooLate(state)),
        },
        None => make_grants(tx, request, ordinals).await?,
    };
    requests::settle_items(tx, request.id, ordinals, RequestState::Approved).await?;
    let by = tx.actor().user().filter(|_| !automatic).cloned();
    conclude(tx, request, automatic, by).await?;
    Ok(Approved::Grants(ids))
}

/// Rejects these pairs of a locked pending request; the request is decided with its last pair.
///
/// # Errors
/// When Postgres is away, or the request moved on since it was locked.
pub async fn reject(tx: &mut Tx, request: &Request, ordinals: &[i16]) -> Result<(), StoreError> {
    requests::settle_items(tx, request.id, ordinals, RequestState::Rejected).await?;
    let by = tx.actor().user().cloned();
    conclude(tx, request, false, by).await
}

/// Ends a locked pending request without a decision about the pairs that still wait: what was approved stays so.
///
/// # Errors
/// When Postgres is away, or the request moved on since it was locked.
pub async fn give_up(tx: &mut Tx, request: &Request, why: RequestState) -> Result<(), StoreError> {
    let items = requests::items(tx.connection(), request.id).await?;
    let waiting: Vec<i16> = items.iter().filter(|i| i.state == RequestState::Pending).map(|i| i.ordinal).collect();
    requests::settle_items(tx, request.id, &waiting, why).await?;
    // Whoever gives up is nobody who decided.
    conclude(tx, request, false, None).await
}

/// Decides the request when none of its pairs waits any more: approved when any pair was, else as the last pair was.
async fn conclude(tx: &mut Tx, request: &Request, automatic: bool, by: Option<UserId>) -> Result<(), StoreError> {
    let items = requests::items(tx.connection(), request.id).await?;
    let any = |state| items.iter().any(|i| i.state == state);
    if any(RequestState::Pending) {
        return Ok(());
    }
    let (state, fact) = if any(RequestState::Approved) {
        let grants = match request.extends {
            Some(grant) => vec![grant],
            None => {
                grants::of_requests(tx.connection(), &[request.id.uuid()]).await?.into_iter().map(|g| g.id).collect()
            }
        };
        (RequestState::Approved, Fact::RequestApproved { request: request.id, grants, automatic, by })
    } else if any(RequestState::TimedOut) {
        (RequestState::TimedOut, Fact::RequestTimedOut { request: request.id })
    } else if any(RequestState::Cancelled) {
        (RequestState::Cancelled, Fact::RequestCancelled { request: request.id })
    } else {
        let by = by.ok_or_else(|| StoreError::impossible("requests", "rejected by nobody"))?;
        (RequestState::Rejected, Fact::RequestRejected { request: request.id, by })
    };
    requests::decide(tx, request, state).await?;
    tx.record(fact);
    Ok(())
}

async fn make_grants(tx: &mut Tx, request: &Request, ordinals: &[i16]) -> Result<Vec<GrantId>, StoreError> {
    let now = tx.now();
    let duration = SignedDuration::from_mins(i64::from(request.minutes));
    let asked_start = request.start_at.unwrap_or(now).max(now);
    let fixed_end = request.start_at.map(|start| start + duration);
    let grants: Vec<Grant> = requests::items(tx.connection(), request.id)
        .await?
        .into_iter()
        .filter(|item| ordinals.contains(&item.ordinal))
        .map(|item| (item.not_before.map_or(asked_start, |rested| rested.max(asked_start)), item))
        .map(|(start_at, item)| Grant {
            id: GrantId(new_id()),
            version: 1,
            request: request.id,
            ordinal: item.ordinal,
            tuple: Tuple {
                principal: request.beneficiary.clone(),
                account: item.pair.account,
                permission_set: item.pair.permission_set,
            },
            assignment: None,
            state: GrantState::Scheduled,
            minutes: request.minutes,
            start_at,
            fixed_end,
            start_by: fixed_end.unwrap_or(start_at + START_WITHIN),
            deadline_at: None,
            approved_at: now,
            started_at: None,
            active_at: None,
            revoking_at: None,
            ended_at: None,
            reason: None,
            detail: None,
            evidence: None,
            trace_parent: crate::trace::current().or_else(|| request.trace_parent.clone()),
            session_terms: Terms::default(),
            removed_at: None,
            credentials_until: None,
            sessions: None,
        })
        .collect();
    grants::insert(tx, &grants).await?;
    let ids: Vec<GrantId> = grants.into_iter().map(|g| g.id).collect();
    grants::keep_session_terms(tx, &ids).await?;
    Ok(ids)
}

/// Moves the deadline if the grant still lives and its deadline is not too near: the row decides.
async fn extend(tx: &mut Tx, request: &Request, id: GrantId) -> Result<Result<(), GrantState>, StoreError> {
    let now = tx.now();
    let Some(mut grant) = grants::lock(tx, &[id.uuid()]).await?.pop() else {
        return Err(StoreError::impossible("requests", format!("extends the unknown grant {id}")));
    };
    match (grant.state, grant.deadline_at) {
        (GrantState::Active, Some(deadline)) if deadline - EXTENSION_CLOSES > now => {
            let later = deadline + SignedDuration::from_mins(i64::from(request.minutes));
            grants::extend(tx, &mut grant, later).await?;
            Ok(Ok(()))
        }
        (state, _) => Ok(Err(state)),
    }
}
