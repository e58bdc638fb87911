//! Whom something that happened to a request concerns.

use std::collections::BTreeSet;

use domain::approval::{Need, OwnerScope};
use domain::rules::{Book, owners_of};
use domain::{AccountId, RequestId, UserId};
use judge::Judge;
use judge::voters::schedule_token;
use store::approvals::Approval;
use store::requests::Item;
use store::{Db, PgConnection, StoreError, approvals, directory, requests};
use uuid::Uuid;

/// Who asked and who would have the access, and by which names its approvals ask or asked others.
pub type Concerned = ([UserId; 2], Vec<String>);

/// Whom an approval asks changes with each vote, and whoever was asked wants to hear that it is decided: so everybody is
/// told whom any of its stages names, in whatever way.
pub async fn concerned(db: &Db, judge: &Judge, request: RequestId) -> Result<Option<Concerned>, StoreError> {
    let mut connection = db.read().await?;
    let Some(found) = requests::get(&mut connection, request).await? else { return Ok(None) };
    let approvals = approvals::of_request(&mut connection, request).await?;
    let ids: Vec<Uuid> = approvals.iter().map(|approval| approval.id.uuid()).collect();
    let votes = approvals::votes_of(&mut connection, &ids).await?;
    let mut asks: BTreeSet<String> = votes.into_iter().map(|(_, cast)| format!("user:{}", cast.vote.voter)).collect();
    for approval in &approvals {
        for people in approval.needs.iter().flat_map(|need| need.policy.named_people()) {
            asks.extend(tokens(&people.groups, &people.users));
        }
    }
    asks.extend(by_office(&mut connection, judge, &found.beneficiary, request, &approvals).await?);
    asks.extend(approvals.into_iter().flat_map(|approval| approval.asks));
    Ok(Some(([found.requester, found.beneficiary], asks.into_iter().collect())))
}

fn tokens(groups: &[domain::GroupId], users: &[UserId]) -> Vec<String> {
    let groups = groups.iter().map(|id| format!("group:{id}"));
    groups.chain(users.iter().map(|id| format!("user:{id}"))).collect()
}

/// Schedules, the manager and the owners, where a stage names them.
async fn by_office(
    connection: &mut PgConnection,
    judge: &Judge,
    beneficiary: &UserId,
    request: RequestId,
    approvals: &[Approval],
) -> Result<Vec<String>, StoreError> {
    let needs = || approvals.iter().flat_map(|approval| approval.needs.iter().map(move |need| (approval, need)));
    let voters = || needs().flat_map(|(_, need)| need.policy.stages.iter().map(|stage| &stage.voters));
    let mut asks: Vec<String> = voters().flat_map(|voters| voters.on_call.iter().map(schedule_token)).collect();
    if voters().any(|voters| voters.manager.is_some()) {
        asks.extend(directory::manager_of(connection, beneficiary).await?.map(|manager| format!("user:{manager}")));
    }
    if voters().any(|voters| voters.owners) {
        let book = judge.books.current(connection).await?;
        let items = requests::items(connection, request).await?;
        for (approval, need) in needs().filter(|(_, need)| names_owners(need)) {
            asks.extend(owners(&book, &accounts(approval, &items), need.policy.owners));
        }
    }
    Ok(asks)
}

fn names_owners(need: &Need) -> bool {
    need.policy.stages.iter().any(|stage| stage.voters.owners)
}

fn accounts(approval: &Approval, items: &[Item]) -> Vec<AccountId> {
    let about = approval.ordinals.iter().filter_map(|at| items.get(usize::try_from(*at).ok()?));
    about.map(|item| item.pair.account.clone()).collect()
}

/// An owner votes only who owns all of the accounts.
fn owners(book: &Book, accounts: &[AccountId], scope: OwnerScope) -> BTreeSet<String> {
    let of = |account: &AccountId| -> BTreeSet<String> {
        let units = book.account(account).map(|facts| facts.units.as_slice()).unwrap_or_default();
        let people = owners_of(book.owners(), account, units, scope);
        tokens(&people.groups, &people.users).into_iter().collect()
    };
    let mut each = accounts.iter().map(of);
    let first = each.next().unwrap_or_default();
    each.fold(first, |all, one| &all & &one)
}
