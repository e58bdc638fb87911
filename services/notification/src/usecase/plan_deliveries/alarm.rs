//! Who is near to what somebody took by break-glass: its owners, and those who would have been asked.

use std::collections::BTreeSet;

use domain::approval::{OwnerScope, People};
use domain::rules::{Ask, Book, Person, Way, evaluate, owners_of};
use domain::{GroupId, Pair, UserId};
use store::{StoreError, Tx, directory};

pub(super) async fn near(tx: &mut Tx, book: &Book, beneficiary: &UserId, pairs: &[Pair]) -> Result<People, StoreError> {
    let groups = directory::groups_of(tx.connection(), beneficiary).await?;
    let now = tx.now();
    let (mut all_groups, mut all_users) = (BTreeSet::<GroupId>::new(), BTreeSet::<UserId>::new());
    let mut add = |people: People| {
        all_groups.extend(people.groups);
        all_users.extend(people.users);
    };
    for pair in pairs {
        if let Some(account) = book.account(&pair.account) {
            add(owners_of(book.owners(), &pair.account, &account.units, OwnerScope::All));
        }
        let ask = Ask {
            beneficiary: Person { user: beneficiary, groups: &groups },
            sponsor: None,
            pair,
            now,
            start: None,
            details: None,
            break_glass: None,
            uses: &[],
        };
        if let Some(Way::People(needs)) = evaluate(book, &ask).chosen.map(|chosen| chosen.way) {
            needs.iter().flat_map(|need| need.policy.named_people()).for_each(&mut add);
        }
    }
    Ok(People { groups: all_groups.into_iter().collect(), users: all_users.into_iter().collect() })
}
