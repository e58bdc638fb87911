//! What Curfew's directory knows, as plain data: TEAM's ids are looked up here, and the names of its requesters.

use std::collections::{BTreeMap, BTreeSet};

use domain::{AccountId, GroupId, PermissionSetArn, UserId};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Immutable.
    pub id: UserId,
    /// The name in Identity Center.
    pub user_name: String,
    /// Their address.
    pub email: Option<String>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Twelve digits.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// The unit that it lies in.
    pub unit: String,
    /// Whether the organization belongs to it.
    pub management: bool,
}

/// A unit, or the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// `ou-…` or `r-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The unit above.
    pub parent: Option<String>,
}

/// What there is.
#[derive(Debug, Clone, Default)]
pub struct DirectoryBuilder {
    /// People who are there.
    pub users: Vec<User>,
    /// Groups with their names.
    pub groups: Vec<(GroupId, String)>,
    /// Who is in which group.
    pub members: Vec<(GroupId, UserId)>,
    /// Accounts.
    pub accounts: Vec<Account>,
    /// Units and roots.
    pub units: Vec<Unit>,
    /// Permission sets with their names.
    pub permission_sets: Vec<(PermissionSetArn, String)>,
}

/// The same, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    pub(crate) users: BTreeMap<UserId, User>,
    by_name: BTreeMap<String, Vec<UserId>>,
    by_email: BTreeMap<String, Vec<UserId>>,
    pub(crate) groups: BTreeMap<GroupId, String>,
    groups_by_name: BTreeMap<String, Vec<GroupId>>,
    pub(crate) members: BTreeMap<GroupId, BTreeSet<UserId>>,
    pub(crate) accounts: BTreeMap<AccountId, Account>,
    in_unit: BTreeMap<String, Vec<AccountId>>,
    pub(crate) units: BTreeMap<String, Unit>,
    pub(crate) permission_sets: BTreeMap<PermissionSetArn, String>,
}

/// What a name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found<T> {
    One(T),
    None,
    Several(usize),
}

fn only<T: Clone>(found: Option<&Vec<T>>) -> Found<T> {
    match found.map(Vec::as_slice) {
        None | Some([]) => Found::None,
        Some([one]) => Found::One(one.clone()),
        Some(several) => Found::Several(several.len()),
    }
}

impl From<DirectoryBuilder> for Directory {
    fn from(builder: DirectoryBuilder) -> Self {
        let mut directory = Self::default();
        for user in builder.users {
            directory.by_name.entry(user.user_name.to_lowercase()).or_default().push(user.id.clone());
            if let Some(email) = &user.email {
                directory.by_email.entry(email.to_lowercase()).or_default().push(user.id.clone());
            }
            directory.users.insert(user.id.clone(), user);
        }
        for (group, name) in builder.groups {
            directory.groups_by_name.entry(name.to_lowercase()).or_default().push(group.clone());
            directory.groups.insert(group, name);
        }
        for (group, user) in builder.members {
            directory.members.entry(group).or_default().insert(user);
        }
        for account in builder.accounts {
            directory.in_unit.entry(account.unit.clone()).or_default().push(account.id.clone());
            directory.accounts.insert(account.id.clone(), account);
        }
        directory.units = builder.units.into_iter().map(|unit| (unit.id.clone(), unit)).collect();
        directory.permission_sets = builder.permission_sets.into_iter().collect();
        directory
    }
}

impl Directory {
    /// Who has this name in Identity Center, whatever its case.
    pub(crate) fn user_named(&self, name: &str) -> Found<UserId> {
        only(self.by_name.get(&name.to_lowercase()))
    }

    /// Who has this address.
    pub(crate) fn user_at(&self, email: &str) -> Found<UserId> {
        only(self.by_email.get(&email.to_lowercase()))
    }

    /// Which group has this name.
    pub(crate) fn group_named(&self, name: &str) -> Found<GroupId> {
        only(self.groups_by_name.get(&name.to_lowercase()))
    }

    /// The accounts that lie in the unit itself.
    pub(crate) fn children(&self, unit: &str) -> &[AccountId] {
        self.in_unit.get(unit).map(Vec::as_slice).unwrap_or_default()
    }

    /// The units above and including this one, the nearest first.
    pub(crate) fn path(&self, unit: &str) -> Vec<&str> {
        let mut path: Vec<&str> = Vec::new();
        let mut next = self.units.get(unit);
        while let Some(unit) = next {
            // A directory that was read while it changed may hold a circle.
            if path.contains(&unit.id.as_str()) {
                break;
            }
            path.push(&unit.id);
            next = unit.parent.as_ref().and_then(|parent| self.units.get(parent));
        }
        path
    }

    /// An account as people know it.
    pub(crate) fn account_words(&self, id: &AccountId) -> String {
        self.accounts.get(id).map_or_else(|| id.to_string(), |account| format!("{} ({id})", account.name))
    }
}
