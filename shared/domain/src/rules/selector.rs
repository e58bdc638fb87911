//! Whom and what a rule or a guardrail names: people, accounts, permission sets. By id, or by something that
//! the directory knows about them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::pattern::NamePattern;
use crate::{AccountId, GroupId, PermissionSetArn, UserId};

/// People.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Subjects {
    /// Everybody in the directory.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub everyone: bool,
    /// Members of these groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupId>,
    /// These people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<UserId>,
}

impl Subjects {
    /// Whether nobody is named.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        !self.everyone && self.groups.is_empty() && self.users.is_empty()
    }

    /// Whether this person, in these groups, is named.
    #[must_use]
    pub fn name(&self, user: &UserId, groups: &[GroupId]) -> bool {
        self.everyone || self.users.contains(user) || self.groups.iter().any(|g| groups.contains(g))
    }
}

/// How deep a selector of a unit reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// Everything below the unit.
    #[default]
    Subtree,
    /// Only the accounts that lie in the unit itself.
    Children,
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitSelector {
    /// `r-...` or `ou-...`.
    pub id: String,
    /// How deep.
    #[serde(default)]
    pub depth: Depth,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagSelector {
    /// Its key, exactly.
    pub key: String,
    /// Any of these values, exactly; none given means any value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

impl TagSelector {
    /// Whether these tags have it.
    #[must_use]
    pub fn matches(&self, tags: &BTreeMap<String, String>) -> bool {
        tags.get(&self.key).is_some_and(|value| self.values.is_empty() || self.values.contains(value))
    }
}

/// Accounts that are left out again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Except {
    /// These accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<AccountId>,
    /// Those in these units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitSelector>,
    /// Those with one of these tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<TagSelector>,
}

impl Except {
    /// Whether nothing is left out.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.units.is_empty() && self.tags.is_empty()
    }
}

/// Accounts: what any of the selectors names, without what `except` names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// Every account. In a rule the management account only with `management`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
    /// These accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<AccountId>,
    /// Those in these units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitSelector>,
    /// Those with one of these tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<TagSelector>,
    /// The accounts of Curfew and of Identity Center's administration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub administration: bool,
    /// In a rule: whether `all`, `units` and `tags` may reach the management account. A guardrail always does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub management: bool,
    /// Never these.
    #[serde(default, skip_serializing_if = "Except::is_empty")]
    pub except: Except,
}

impl Accounts {
    /// Whether no account is named.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        !self.all && !self.administration && self.ids.is_empty() && self.units.is_empty() && self.tags.is_empty()
    }
}

/// Permission sets: what any of the selectors names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionSets {
    /// Every permission set.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
    /// These permission sets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arns: Vec<PermissionSetArn>,
    /// Those whose name matches one of these patterns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<NamePattern>,
    /// Those with one of these tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<TagSelector>,
}

impl PermissionSets {
    /// Whether no permission set is named.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        !self.all && self.arns.is_empty() && self.names.is_empty() && self.tags.is_empty()
    }
}

/// What the directory knows about an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFacts {
    /// Twelve digits.
    pub id: AccountId,
    /// For people to read.
    pub name: String,
    /// The units that it lies in, the nearest first, the root last.
    pub units: Vec<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it may be used.
    pub active: bool,
    /// Whether the organization belongs to it.
    pub management: bool,
    /// Whether Curfew or Identity Center is administered from it.
    pub administration: bool,
}

/// What the directory knows about a permission set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionSetFacts {
    /// Immutable.
    pub arn: PermissionSetArn,
    /// For people to read.
    pub name: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// Accounts and permission sets as the directory last saw them.
#[derive(Debug, Clone, Default)]
pub struct Organization {
    /// Every account.
    pub accounts: Vec<AccountFacts>,
    /// Every permission set.
    pub permission_sets: Vec<PermissionSetFacts>,
}
