//! What the directory knows, as plain data.

use domain::{AccountId, GroupId, PermissionSetArn, UserId};

/// Everything that a file may name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// Users.
    pub users: Vec<User>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Organizational units, the root too.
    pub units: Vec<Unit>,
    /// Accounts.
    pub accounts: Vec<Account>,
    /// Permission sets.
    pub permission_sets: Vec<PermissionSet>,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Immutable.
    pub id: UserId,
    /// What they sign in with.
    pub user_name: String,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Immutable.
    pub id: GroupId,
    /// For people to read.
    pub name: String,
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// `r-...` or `ou-...`.
    pub id: String,
    /// For people to read.
    pub name: String,
    /// The unit that it lies in; the root in none.
    pub parent: Option<String>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Twelve digits.
    pub id: AccountId,
    /// For people to read.
    pub name: String,
}

/// A permission set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionSet {
    /// Immutable.
    pub arn: PermissionSetArn,
    /// For people to read.
    pub name: String,
}
