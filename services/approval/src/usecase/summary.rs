//! What an approver needs to see of requests. Every name was resolved here, from ids.

use std::collections::HashMap;

use domain::approval::Vote;
use domain::{ApprovalId, RequestId, UserId};
use store::approvals::{self, Approval};
use store::requests::{self, Item, Request};
use store::{StoreError, Tx, directory};
use uuid::Uuid;

/// Somebody, with what pages call them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// Their display name; their id where the directory has none.
    pub name: String,
}

/// A request as an approver sees it.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The decision process.
    pub approval: ApprovalId,
    /// The request.
    pub request: Request,
    /// Who asked.
    pub requester: Person,
    /// Who would have the access.
    pub beneficiary: Person,
    /// What.
    pub items: Vec<Item>,
    /// The votes so far, with the voters' names.
    pub votes: Vec<(Person, Vote)>,
}

/// The requests of these approvals, in the approvals' order, in as many queries as there are kinds of rows.
///
/// # Errors
/// When Postgres is away.
pub async fn summaries(tx: &mut Tx, approvals: &[Approval]) -> Result<Vec<Summary>, StoreError> {
    let ids: Vec<Uuid> = approvals.iter().map(|a| a.request.uuid()).collect();
    let mut requests: HashMap<RequestId, Request> =
        requests::by_ids(tx.connection(), &ids).await?.into_iter().map(|r| (r.id, r)).collect();
    let mut items: HashMap<RequestId, Vec<Item>> = HashMap::new();
    for (request, item) in requests::items_of(tx.connection(), &ids).await? {
        items.entry(request).or_default().push(item);
    }
    let ids: Vec<Uuid> = approvals.iter().map(|a| a.id.uuid()).collect();
    let mut votes: HashMap<ApprovalId, Vec<Vote>> = HashMap::new();
    for (approval, cast) in approvals::votes_of(tx.connection(), &ids).await? {
        votes.entry(approval).or_default().push(cast.vote);
    }
    let mut people: Vec<UserId> =
        requests.values().flat_map(|r| [r.requester.clone(), r.beneficiary.clone()]).collect();
    people.extend(votes.values().flatten().map(|v| v.voter.clone()));
    people.sort_unstable();
    people.dedup();
    let names: HashMap<UserId, String> =
        directory::users(tx.connection(), &people).await?.into_iter().map(|u| (u.id, u.display_name)).collect();
    let person =
        |id: &UserId| Person { id: id.clone(), name: names.get(id).cloned().unwrap_or_else(|| id.to_string()) };
    Ok(approvals
        .iter()
        .filter_map(|approval| {
            let request = requests.remove(&approval.request)?;
            Some(Summary {
                approval: approval.id,
                requester: person(&request.requester),
                beneficiary: person(&request.beneficiary),
                items: items.remove(&request.id).unwrap_or_default(),
                votes: votes
                    .remove(&approval.id)
                    .unwrap_or_default()
                    .into_iter()
                    .map(|v| (person(&v.voter), v))
                    .collect(),
                request,
            })
        })
        .collect())
}
