//! What an approver needs to see of requests. Every name was resolved here, from ids.

use std::collections::HashMap;

use domain::{ApprovalId, PermissionSetArn, RequestId, UserId};
use store::approvals::{self, Approval, CastVote};
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
    /// The decision process, with its needs and where they stand.
    pub approval: Approval,
    /// The request.
    pub request: Request,
    /// Who asked.
    pub requester: Person,
    /// Who would have the access.
    pub beneficiary: Person,
    /// What this approval decides.
    pub items: Vec<Item>,
    /// How long a session with a permission set lasts that began in the access's last moment, in seconds.
    pub sessions: HashMap<PermissionSetArn, i64>,
    /// The votes so far, with the voters' names.
    pub votes: Vec<(Person, CastVote)>,
    /// Those for whom somebody voted.
    pub stood_for: Vec<Person>,
}

/// The requests of these approvals, in the approvals' order, in as many queries as there are kinds of rows.
///
/// # Errors
/// When Postgres is away.
pub async fn summaries(tx: &mut Tx, approvals: &[Approval]) -> Result<Vec<Summary>, StoreError> {
    let ids: Vec<Uuid> = approvals.iter().map(|a| a.request.uuid()).collect();
    let requests: HashMap<RequestId, Request> =
        requests::by_ids(tx.connection(), &ids).await?.into_iter().map(|r| (r.id, r)).collect();
    let items = requests::items_of(tx.connection(), &ids).await?;
    let mut sets: Vec<PermissionSetArn> = items.iter().map(|(_, item)| item.pair.permission_set.clone()).collect();
    sets.sort_unstable();
    sets.dedup();
    let sessions: HashMap<PermissionSetArn, i64> = directory::permission_sets(tx.connection(), &sets)
        .await?
        .into_iter()
        .map(|set| (set.arn, set.session_s))
        .collect();
    let ids: Vec<Uuid> = approvals.iter().map(|a| a.id.uuid()).collect();
    let mut votes: HashMap<ApprovalId, Vec<CastVote>> = HashMap::new();
    for (approval, cast) in approvals::votes_of(tx.connection(), &ids).await? {
        votes.entry(approval).or_default().push(cast);
    }
    let mut people: Vec<UserId> =
        requests.values().flat_map(|r| [r.requester.clone(), r.beneficiary.clone()]).collect();
    people.extend(votes.values().flatten().flat_map(|v| [v.vote.voter.clone(), v.vote.person().clone()]));
    let names = Names::of(tx, people).await?;
    Ok(approvals
        .iter()
        .filter_map(|approval| {
            let request = requests.get(&approval.request)?.clone();
            let mine = |(of, item): &&(RequestId, Item)| *of == request.id && approval.ordinals.contains(&item.ordinal);
            let items: Vec<Item> = items.iter().filter(mine).map(|(_, item)| item.clone()).collect();
            let votes = votes.remove(&approval.id).unwrap_or_default();
            Some(Summary {
                requester: names.person(&request.requester),
                beneficiary: names.person(&request.beneficiary),
                sessions: items
                    .iter()
                    .filter_map(|item| sessions.get_key_value(&item.pair.permission_set))
                    .map(|(arn, seconds)| (arn.clone(), *seconds))
                    .collect(),
                items,
                stood_for: votes.iter().filter_map(|v| v.vote.stands_for.as_ref()).map(|id| names.person(id)).collect(),
                votes: votes.into_iter().map(|v| (names.person(&v.vote.voter), v)).collect(),
                approval: approval.clone(),
                request,
            })
        })
        .collect())
}

/// What people are called.
pub(super) struct Names(HashMap<UserId, String>);

impl Names {
    pub(super) async fn of(tx: &mut Tx, mut people: Vec<UserId>) -> Result<Self, StoreError> {
        people.sort_unstable();
        people.dedup();
        let users = directory::users(tx.connection(), &people).await?;
        Ok(Self(users.into_iter().map(|user| (user.id, user.display_name)).collect()))
    }

    pub(super) fn person(&self, id: &UserId) -> Person {
        Person { id: id.clone(), name: self.0.get(id).cloned().unwrap_or_else(|| id.to_string()) }
    }
}
