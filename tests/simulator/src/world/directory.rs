//! The Identity Store: users, groups, and who belongs to which.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::clock::Millis;

/// A user.
#[derive(Clone, Debug)]
pub struct User {
    pub id: String,
    pub user_name: String,
    pub enabled: bool,
    /// What the Identity Store keeps besides, in its own shape: `DisplayName`, `Name`, `Emails`, `Title` and so on.
    pub attributes: Map<String, Value>,
    /// The id of the manager, one of the enterprise attributes.
    pub manager: Option<String>,
    pub created: Millis,
    pub updated: Millis,
}

impl User {
    /// The primary address, or an empty text.
    pub fn email(&self) -> &str {
        self.attributes
            .get("Emails")
            .and_then(|all| all.get(0))
            .and_then(|one| one.get("Value"))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The name for people.
    pub fn display_name(&self) -> &str {
        self.attributes.get("DisplayName").and_then(Value::as_str).unwrap_or(&self.user_name)
    }

    /// The stable identifier without the store's prefix; the sign-in service calls it `sub`.
    pub fn subject(&self) -> &str {
        self.id.split_once('-').map_or(
            self.id.as_str(),
            |(prefix, rest)| {
                if prefix.len() == 10 { rest } else { &self.id }
            },
        )
    }
}

/// A group.
#[derive(Clone, Debug)]
pub struct Group {
    pub id: String,
    pub display_name: String,
    pub description: Option<String>,
    pub created: Millis,
    pub updated: Millis,
}

/// A user in a group.
#[derive(Clone, Debug)]
pub struct Membership {
    pub id: String,
    pub group_id: String,
    pub user_id: String,
    pub created: Millis,
}

/// All of it.
#[derive(Default)]
pub struct Directory {
    pub users: BTreeMap<String, User>,
    pub groups: BTreeMap<String, Group>,
    pub memberships: BTreeMap<String, Membership>,
}

impl Directory {
    /// The user with this id.
    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.get(id)
    }

    /// The group with this id.
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.get(id)
    }

    /// The user with this name. Names do not distinguish case.
    pub fn user_named(&self, name: &str) -> Option<&User> {
        self.users.values().find(|user| user.user_name.eq_ignore_ascii_case(name))
    }

    /// The user with this address.
    pub fn user_with_email(&self, address: &str) -> Option<&User> {
        self.users.values().find(|user| user.email().eq_ignore_ascii_case(address))
    }

    /// The group with this name.
    pub fn group_named(&self, name: &str) -> Option<&Group> {
        self.groups.values().find(|group| group.display_name == name)
    }

    /// The membership of a user in a group.
    pub fn membership(&self, group_id: &str, user_id: &str) -> Option<&Membership> {
        self.memberships.values().find(|m| m.group_id == group_id && m.user_id == user_id)
    }

    /// The groups of a user.
    pub fn groups_of<'a>(&'a self, user_id: &'a str) -> impl Iterator<Item = &'a Membership> {
        self.memberships.values().filter(move |m| m.user_id == user_id)
    }

    /// Removes a user and the memberships. Assignments stay behind as orphans, as they do in AWS.
    pub fn remove_user(&mut self, id: &str) -> Option<User> {
        self.memberships.retain(|_, m| m.user_id != id);
        self.users.remove(id)
    }

    /// Removes a group and its memberships.
    pub fn remove_group(&mut self, id: &str) -> Option<Group> {
        self.memberships.retain(|_, m| m.group_id != id);
        self.groups.remove(id)
    }
}
