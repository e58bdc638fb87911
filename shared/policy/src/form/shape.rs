//! What a value in a file may look like.

use serde::{Deserialize, Serialize};
use utoipa::openapi::{RefOr, Schema};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// A person.
    User,
    /// A group.
    Group,
    /// An account.
    Account,
    /// An organizational unit, by its path from the root.
    Unit,
    /// A permission set.
    PermissionSet,
    /// An approval policy.
    Policy,
    /// A schedule of ours.
    Schedule,
}

impl Sort {
    /// In a sentence, for one of them.
    pub(crate) const fn one(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Account => "account",
            Self::Unit => "organizational unit",
            Self::PermissionSet => "permission set",
            Self::Policy => "approval policy",
            Self::Schedule => "schedule",
        }
    }

    /// By what it may be named.
    pub(crate) const fn how(self) -> &'static str {
        match self {
            Self::User => "a user, by user name or id",
            Self::Group => "a group, by name or id",
            Self::Account => "an account, by name or id",
            Self::Unit => "an organizational unit, by its path from the root (/Root/Workloads/Prod) or id",
            Self::PermissionSet => "a permission set, by name or ARN",
            Self::Policy => "an approval policy, by name or id",
            Self::Schedule => "a schedule, by name or id",
        }
    }
}

/// A text with a form of its own.
pub struct Text {
    /// What it is, for messages and the schema.
    pub title: &'static str,
    /// Why a text is none.
    pub check: fn(&str) -> Result<(), String>,
    /// What the schema says about it: keywords and their values, as JSON.
    pub keywords: &'static str,
}

/// What a value may look like.
pub enum Shape {
    /// True or false.
    Flag,
    /// A whole number.
    Number {
        /// From.
        least: i64,
        /// To, that too.
        most: i64,
    },
    /// One of these words.
    Word(&'static [&'static str]),
    /// A text.
    Text(&'static Text),
    /// What has a name.
    Name(Sort),
    /// Several of the same.
    List(&'static Self),
    /// A mapping.
    Record(&'static Record),
    /// One of several mappings.
    Choice(&'static Choice),
}

/// A field of a record.
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// What stands behind it.
    pub shape: Shape,
    /// Whether it has to be there.
    pub needed: bool,
    /// What it is when it is not there, as JSON; left out when written.
    pub default: Option<&'static str>,
}

impl Field {
    /// What it is when it is not there.
    #[must_use]
    pub fn default(&self) -> Option<serde_json::Value> {
        self.default.and_then(|text| serde_json::from_str(text).ok())
    }
}

/// A mapping with known keys.
pub struct Record {
    /// The domain's type.
    pub title: &'static str,
    /// The domain's description of it.
    pub about: fn() -> RefOr<Schema>,
    /// The field that a single value in the mapping's place is taken for.
    pub brief: Option<&'static str>,
    /// Its keys, in the order in which they are written.
    pub fields: &'static [Field],
}

impl Record {
    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// One of several records, told apart by a key.
pub struct Choice {
    /// The domain's type.
    pub title: &'static str,
    /// The key.
    pub tag: &'static str,
    /// The choice and its field that a single value in the mapping's place is taken for.
    pub brief: Option<(&'static str, &'static str)>,
    /// What the key may say, and what else there is then.
    pub options: &'static [(&'static str, &'static Record)],
}

impl Choice {
    /// The record of this option.
    #[must_use]
    pub fn option(&self, tag: &str) -> Option<&'static Record> {
        self.options.iter().find(|(name, _)| *name == tag).map(|(_, record)| *record)
    }

    pub(crate) fn tags(&self) -> Vec<&'static str> {
        self.options.iter().map(|(name, _)| *name).collect()
    }
}

pub(super) const fn must(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, needed: true, default: None }
}

pub(super) const fn may(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, needed: false, default: None }
}

pub(super) const fn or(name: &'static str, shape: Shape, default: &'static str) -> Field {
    Field { name, shape, needed: false, default: Some(default) }
}
