//! What there is in AWS.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::query;

/// An AWS account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The root or organizational unit that it is in.
    #[serde(default)]
    pub organizational_unit: String,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// The root or an organizational unit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OrganizationalUnit {
    /// `r-...` or `ou-...`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The unit above it; none for the root.
    #[serde(default)]
    pub parent: Option<String>,
}

/// A person in Identity Store.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    /// The immutable id.
    pub id: String,
    /// The display name.
    pub name: String,
    /// What they sign in with.
    #[serde(default)]
    pub user_name: String,
    /// Whether they may sign in.
    #[serde(default)]
    pub active: bool,
}

/// A part of the directory to look for.
#[derive(Debug, Clone, Default)]
pub struct Find {
    /// A part of the name, or the beginning of the id.
    pub text: String,
    /// The page after this cursor.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u16>,
}

impl Find {
    pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
        let text = Some(self.text.clone()).filter(|text| !text.is_empty());
        query([("q", text), ("cursor", self.cursor.clone()), ("limit", self.limit.map(|l| l.to_string()))])
    }
}
