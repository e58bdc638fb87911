//! The last good copy of Identity Store and Organizations. The request service keeps it; everybody asks it
//! who somebody is, who is in a group, and what an account is called.

mod look_up;
mod replace;
mod search;
mod syncs;

use std::collections::BTreeMap;

use domain::{AccountId, GroupId, PermissionSetArn, UserId};

use crate::StoreError;

pub use look_up::{
    Person, accounts, accounts_and_management, approver_count, group_names, groups_of, management_account, members,
    permission_sets, person, person_by_name, user, users,
};
pub use replace::{Replaced, SyncError, replace_groups, replace_organization, replace_permission_sets, replace_users};
pub use search::{Search, search_accounts, search_groups, search_permission_sets, search_units, search_users};
pub use syncs::{Part, Sync, is_ready, note_failure, syncs};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Immutable.
    pub id: UserId,
    /// What they sign in with.
    pub user_name: String,
    /// For people to read.
    pub display_name: String,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// Whether they may sign in; never true for somebody who is gone.
    pub active: bool,
}

/// A group without its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Immutable.
    pub id: GroupId,
    /// For people to read.
    pub name: String,
}

/// The root or an organizational unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// `r-...` or `ou-...`.
    pub id: String,
    /// For people to read.
    pub name: String,
    /// The unit above it; none for the root.
    pub parent: Option<String>,
}

/// An AWS account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Twelve digits.
    pub id: AccountId,
    /// For people to read.
    pub name: String,
    /// The address of its root user.
    pub email: String,
    /// Whether it is in use; never true for one that left the organization.
    pub active: bool,
    /// The unit that it is in.
    pub unit: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether the organization belongs to it.
    pub management: bool,
}

/// A permission set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionSet {
    /// Immutable.
    pub arn: PermissionSetArn,
    /// For people to read.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How long a session with it lasts, in seconds.
    pub session_s: i64,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

#[derive(sqlx::FromRow)]
struct UserRow {
    id: String,
    user_name: String,
    display_name: String,
    email: Option<String>,
    active: bool,
}

impl UserRow {
    fn into_user(self) -> Result<User, StoreError> {
        Ok(User {
            id: UserId::parse(self.id).map_err(|e| StoreError::impossible("directory_users", e))?,
            user_name: self.user_name,
            display_name: self.display_name,
            email: self.email,
            active: self.active,
        })
    }
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: String,
    name: String,
    email: String,
    active: bool,
    unit_id: String,
    tags: sqlx::types::Json<BTreeMap<String, String>>,
    management: bool,
}

impl AccountRow {
    fn into_account(self) -> Result<Account, StoreError> {
        Ok(Account {
            id: AccountId::parse(self.id).map_err(|e| StoreError::impossible("directory_accounts", e))?,
            name: self.name,
            email: self.email,
            active: self.active,
            unit: self.unit_id,
            tags: self.tags.0,
            management: self.management,
        })
    }
}

#[derive(sqlx::FromRow)]
struct PermissionSetRow {
    arn: String,
    name: String,
    description: Option<String>,
    session_s: i64,
    tags: sqlx::types::Json<BTreeMap<String, String>>,
}

impl PermissionSetRow {
    fn into_permission_set(self) -> Result<PermissionSet, StoreError> {
        Ok(PermissionSet {
            arn: PermissionSetArn::parse(self.arn)
                .map_err(|e| StoreError::impossible("directory_permission_sets", e))?,
            name: self.name,
            description: self.description,
            session_s: self.session_s,
            tags: self.tags.0,
        })
    }
}

fn group(id: String, name: String) -> Result<Group, StoreError> {
    Ok(Group { id: GroupId::parse(id).map_err(|e| StoreError::impossible("directory_groups", e))?, name })
}
