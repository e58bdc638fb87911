//! The last good copy of Identity Store and Organizations. The request service keeps it; everybody asks it
//! who somebody is, who is in a group, and what an account is called.

mod alike;
mod claim;
mod everybody;
mod look_up;
mod managers;
mod progress;
mod replace;
mod rotation;
mod search;
mod syncs;
mod whole;

use std::collections::BTreeMap;

use domain::{AccountId, GroupId, PermissionSetArn, UserId};

use crate::StoreError;

pub use alike::{Alike, alike};
pub use claim::{Claim, claim, give_back_all, renew, settle};
pub use everybody::{groups, user_names};
pub use look_up::{
    Person, accounts, accounts_and_management, active_among, active_in, administration, approver_count, group_names,
    groups_of, is_member, management_account, members, people, permission_sets, person, person_by_name, unit_names,
    user, users, users_by_email,
};
pub use managers::{forget_manager, manager_of, set_manager};
pub use progress::{Progress, Standing, standing, want};
pub use replace::{
    Replaced, SyncError, replace_contents, replace_groups, replace_members, replace_memberships, replace_organization,
    replace_permission_sets, replace_tags, replace_users,
};
pub use rotation::{Stock, next_accounts, next_groups, next_permission_sets, next_users, stock};
pub use search::{
    Search, search_accounts, search_groups, search_members, search_permission_sets, search_units, search_users,
    users_exactly,
};
pub use syncs::{Counted, Part, Sync, accept, counts, is_ready, note_failure, sync, syncs};
pub use whole::{Snapshot, revision, units, whole};

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
    /// Their manager as the Identity Store says it; [`manager_of`] knows who it is.
    pub manager: Option<UserId>,
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
    /// Its tags; nothing to go by while `tags_known` is false.
    pub tags: BTreeMap<String, String>,
    /// Whether its tags were read yet.
    pub tags_known: bool,
    /// Whether the organization belongs to it.
    pub management: bool,
    /// Whether Curfew or Identity Center is administered from it; the management account is one of these.
    pub administration: bool,
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
    /// SHA-256 of what it allows; none before that was read.
    pub content_hash: Option<String>,
}

#[derive(sqlx::FromRow)]
struct UserRow {
    id: String,
    user_name: String,
    display_name: String,
    email: Option<String>,
    active: bool,
    manager_id: Option<String>,
}

impl UserRow {
    fn into_user(self) -> Result<User, StoreError> {
        Ok(User {
            id: user_id("directory_users", self.id)?,
            manager: self.manager_id.map(|id| user_id("directory_users", id)).transpose()?,
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
    tags_read_at: Option<jiff_sqlx::Timestamp>,
    management: bool,
    administration: bool,
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
            tags_known: self.tags_read_at.is_some(),
            management: self.management,
            administration: self.administration,
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
    content_hash: Option<String>,
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
            content_hash: self.content_hash,
        })
    }
}

fn user_id(table: &'static str, id: String) -> Result<UserId, StoreError> {
    UserId::parse(id).map_err(|e| StoreError::impossible(table, e))
}

fn group(id: String, name: String) -> Result<Group, StoreError> {
    Ok(Group { id: GroupId::parse(id).map_err(|e| StoreError::impossible("directory_groups", e))?, name })
}
