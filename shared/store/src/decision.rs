//! What a yes does, whoever or whatever said it: in one transaction the request is approved and its
//! grants exist, or the grant that it extends has a later deadline.

use domain::grant::GrantState;
use domain::request::RequestState;
use domain::{Actor, Fact, GrantId, Tuple, UserId};
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

/// Approves a locked pending request.
///
/// # Errors
/// When Postgres is away, or the request moved on since it was locked.
pub async fn approve(tx: &mut Tx, request: &Request, automatic: bool) -> Result<Approved, StoreError> {
    let by: Option<UserId> = match tx.actor() {
        Actor::User { id } if !automatic => Some(id.clone()),
        Actor::User { .. } | Actor::Machine { .. } | Actor::Service { .. } => None,
    };
    let ids = match request.extends {
        Some(grant) => match extend(tx, request, grant).await? {
            Ok(()) => vec![grant],
            Err(state) => return Ok(Approved::TooLate(state)),
        },
        None => make_grants(tx, request).await?,
    };
    requests::decide(tx, request, RequestState::Approved).await?;
    tx.record(Fact::RequestApproved { request: request.id, grants: ids.clone(), automatic, by });
    Ok(Approved::Grants(ids))
}

/// Rejects a locked pending request.
///
/// # Errors
/// When Postgres is away, or the request moved on since it was locked.
pub async fn reject(tx: &mut Tx, request: &Request, by: UserId) -> Result<(), StoreError> {
    requests::decide(tx, request, RequestState::Rejected).await?;
    tx.record(Fact::RequestRejected { request: request.id, by });
    Ok(())
}

async fn make_grants(tx: &mut Tx, request: &Request) -> Result<Vec<GrantId>, StoreError> {
    let now = tx.now();
    let duration = SignedDuration::from_mins(i64::from(request.minutes));
    let start_at = request.start_at.unwrap_or(now).max(now);
    let fixed_end = request.start_at.map(|start| start + duration);
    let start_by = fixed_end.unwrap_or(start_at + START_WITHIN);
    let grants: Vec<Grant> = requests::items(tx.connection(), request.id)
        .await?
        .into_iter()
        .map(|item| Grant {
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
            start_by,
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
        })
        .collect();
    grants::insert(tx, &grants).await?;
    Ok(grants.into_iter().map(|g| g.id).collect())
}

/// Moves the deadline if the grant still lives and its deadline has not come: the row decides.
async fn extend(tx: &mut Tx, request: &Request, id: GrantId) -> Result<Result<(), GrantState>, StoreError> {
    let now = tx.now();
    let Some(mut grant) = grants::lock(tx, &[id.uuid()]).await?.pop() else {
        return Err(StoreError::impossible("requests", format!("extends the unknown grant {id}")));
    };
    match (grant.state, grant.deadline_at) {
        (GrantState::Active, Some(deadline)) if deadline > now => {
            let later = deadline + SignedDuration::from_mins(i64::from(request.minutes));
            grants::extend(tx, &mut grant, later).await?;
            Ok(Ok(()))
        }
        (state, _) => Ok(Err(state)),
    }
}
