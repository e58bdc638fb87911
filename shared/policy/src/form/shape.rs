//! What a value in a file may look like.

use utoipa::openapi::{RefOr, Schema};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Sort {
    User,
    Group,
    Account,
    Unit,
    PermissionSet,
    Policy,
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
pub(crate) struct Text {
    /// What it is, for messages and the schema.
    pub title: &'static str,
    /// Why a text is none.
    pub check: fn(&str) -> Result<(), String>,
    /// What the schema says about it: keywords and their values, as JSON.
    pub keywords: &'static str,
}

/// What a value may look like.
pub(crate) enum Shape {
    Flag,
    Number { least: i64, most: i64 },
    Word(&'static [&'static str]),
    Text(&'static Text),
    Name(Sort),
    List(&'static Self),
    Record(&'static Record),
    Choice(&'static Choice),
}

/// A field of a record.
pub(crate) struct Field {
    pub name: &'static str,
    pub shape: Shape,
    /// Whether it has to be there.
    pub needed: bool,
    /// What it is when it is not there, as JSON; left out when written.
    pub default: Option<&'static str>,
}

impl Field {
    /// What it is when it is not there.
    pub(crate) fn default(&self) -> Option<serde_json::Value> {
        self.default.and_then(|text| serde_json::from_str(text).ok())
    }
}

/// A mapping with known keys.
pub(crate) struct Record {
    /// The domain's type.
    pub title: &'static str,
    /// The domain's description of it.
    pub about: fn() -> RefOr<Schema>,
    /// The field that a single value in the mapping's place is taken for.
    pub brief: Option<&'static str>,
    pub fields: &'static [Field],
}

impl Record {
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// One of several records, told apart by a key.
pub(crate) struct Choice {
    pub title: &'static str,
    /// The key.
    pub tag: &'static str,
    /// The choice and its field that a single value in the mapping's place is taken for.
    pub brief: Option<(&'static str, &'static str)>,
    pub options: &'static [(&'static str, &'static Record)],
}

impl Choice {
    pub(crate) fn option(&self, tag: &str) -> Option<&'static Record> {
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
