//! Whose an account is.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::approval::{OwnerScope, People};
use crate::{AccountId, GroupId, UserId};

/// What is owned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Owned {
    /// An account.
    Account {
        /// Twelve digits.
        id: AccountId,
    },
    /// A unit and everything below it.
    Unit {
        /// `r-...` or `ou-...`.
        id: String,
    },
}

/// A binding of owners without its identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnersSpec {
    /// What people call it, 1 to 200 characters.
    pub name: String,
    /// What is owned.
    pub target: Owned,
    /// By whom.
    pub owners: People,
}

/// The owners of an account that lies in these units, the nearest first: those of the nearest binding, or of all.
#[must_use]
pub fn owners_of(bindings: &[OwnersSpec], account: &AccountId, units: &[String], scope: OwnerScope) -> People {
    let at_account = |spec: &OwnersSpec| matches!(&spec.target, Owned::Account { id } if id == account);
    let at_unit = |spec: &OwnersSpec, unit: &str| matches!(&spec.target, Owned::Unit { id } if id == unit);
    let levels = std::iter::once(bindings.iter().filter(|b| at_account(b)).collect::<Vec<_>>())
        .chain(units.iter().map(|unit| bindings.iter().filter(|b| at_unit(b, unit)).collect()));
    let mut found = levels.filter(|level: &Vec<&OwnersSpec>| !level.is_empty());
    let bindings: Vec<&OwnersSpec> = match scope {
        OwnerScope::Nearest => found.next().unwrap_or_default(),
        OwnerScope::All => found.flatten().collect(),
    };
    let mut people = People {
        groups: bindings.iter().flat_map(|b| b.owners.groups.clone()).collect(),
        users: bindings.iter().flat_map(|b| b.owners.users.clone()).collect(),
    };
    people.groups.sort_unstable();
    people.groups.dedup();
    people.users.sort_unstable();
    people.users.dedup();
    people
}

/// What somebody owns, by whatever binding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Property<'b> {
    accounts: BTreeSet<&'b AccountId>,
    units: BTreeSet<&'b str>,
}

impl<'b> Property<'b> {
    /// Of somebody in these groups.
    #[must_use]
    pub fn of(bindings: &'b [OwnersSpec], user: &UserId, groups: &[GroupId]) -> Self {
        let mut all = Self::default();
        for binding in bindings.iter().filter(|binding| binding.owners.name(user, groups)) {
            match &binding.target {
                Owned::Account { id } => {
                    all.accounts.insert(id);
                }
                Owned::Unit { id } => {
                    all.units.insert(id);
                }
            }
        }
        all
    }

    /// Whether it is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.units.is_empty()
    }

    /// Whether an account that lies in these units is part of it.
    #[must_use]
    pub fn has(&self, account: &AccountId, units: &[String]) -> bool {
        self.accounts.contains(account) || units.iter().any(|unit| self.units.contains(unit.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_binding_wins_or_all_add_up() {
        let group = |n: u8| GroupId::parse(format!("11111111-0000-4000-8000-0000000000{n:02x}")).unwrap();
        let account = AccountId::parse("000000000001").unwrap();
        let unit = |id: &str, n| OwnersSpec {
            name: id.to_owned(),
            target: Owned::Unit { id: id.to_owned() },
            owners: People { groups: vec![group(n)], users: vec![] },
        };
        let own = OwnersSpec {
            name: "its own".to_owned(),
            target: Owned::Account { id: account.clone() },
            owners: People { groups: vec![group(3)], users: vec![] },
        };
        let units = ["ou-team".to_owned(), "ou-division".to_owned(), "r-root".to_owned()];
        let of = |bindings: &[OwnersSpec], scope| owners_of(bindings, &account, &units, scope).groups;
        let above = [unit("r-root", 1), unit("ou-division", 2)];
        assert_eq!(of(&above, OwnerScope::Nearest), [group(2)]);
        assert_eq!(of(&above, OwnerScope::All), [group(1), group(2)]);
        let all = [unit("r-root", 1), own, unit("ou-elsewhere", 4)];
        assert_eq!(of(&all, OwnerScope::Nearest), [group(3)]);
        assert_eq!(of(&all, OwnerScope::All), [group(1), group(3)]);
        assert_eq!(of(&[], OwnerScope::Nearest), []);
    }

    #[test]
    fn somebody_owns_what_they_or_their_groups_are_bound_to_and_all_that_lies_in_it() {
        let (ann, ben) = (user(1), user(2));
        let team = GroupId::parse("11111111-0000-4000-8000-000000000001").unwrap();
        let account = |n: u8| AccountId::parse(format!("00000000000{n}")).unwrap();
        let bind = |target, owners| OwnersSpec { name: "one".to_owned(), target, owners };
        let bindings = [
            bind(Owned::Account { id: account(1) }, People { groups: vec![], users: vec![ann.clone()] }),
            bind(Owned::Unit { id: "ou-team".to_owned() }, People { groups: vec![team.clone()], users: vec![] }),
        ];
        let anns = Property::of(&bindings, &ann, &[]);
        let in_team = ["ou-team".to_owned(), "r-root".to_owned()];
        assert!(anns.has(&account(1), &[]) && !anns.has(&account(2), &in_team));
        let bens = Property::of(&bindings, &ben, std::slice::from_ref(&team));
        assert!(bens.has(&account(2), &in_team), "an account's own owners do not take it from those above");
        assert!(!bens.has(&account(1), &["r-root".to_owned()]));
        assert!(Property::of(&bindings, &ben, &[]).is_empty() && !bens.is_empty());
    }

    fn user(n: u8) -> UserId {
        UserId::parse(format!("22222222-0000-4000-8000-0000000000{n:02x}")).unwrap()
    }
}
