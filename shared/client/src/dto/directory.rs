//! What there is in AWS.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::{Person, query};

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

/// Somebody who has access in an account, or is about to have it or to lose it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Holder {
    /// The grant.
    pub id: Uuid,
    /// Who.
    pub person: Person,
    /// The permission set's ARN.
    pub permission_set: String,
    /// The permission set's name.
    pub permission_set_name: String,
    /// `scheduled`, `granting`, `active` or `revoking`.
    pub state: String,
    /// When it begins, while it is scheduled.
    #[serde(default)]
    pub start_at: Option<Timestamp>,
    /// Since when AWS shows it.
    #[serde(default)]
    pub active_at: Option<Timestamp>,
    /// When it ends.
    #[serde(default)]
    pub deadline_at: Option<Timestamp>,
    /// The request that it came from, for those who may see it.
    #[serde(default)]
    pub request: Option<Uuid>,
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

/// What the directory knows of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PersonDetail {
    /// The immutable id.
    pub id: String,
    /// The display name.
    pub name: String,
    /// What they sign in with.
    pub user_name: String,
    /// Whether they may sign in.
    pub active: bool,
    /// The address.
    #[serde(default)]
    pub email: Option<String>,
    /// The groups that they are in, by name.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// Their manager.
    #[serde(default)]
    pub manager: Option<Person>,
}

/// How old what Curfew knows of AWS is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DirectoryAges {
    /// Whether everything that decisions need was read at least once.
    pub ready: bool,
    /// Each part by itself.
    pub parts: Vec<DirectoryPart>,
}

/// A part of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DirectoryPart {
    /// Which.
    pub part: String,
    /// How many are known.
    #[serde(default)]
    pub there: i64,
    /// When it was last read; of a part that is read piece by piece, when its oldest piece was.
    #[serde(default)]
    pub succeeded_at: Option<Timestamp>,
    /// When it last could not be read.
    #[serde(default)]
    pub failed_at: Option<Timestamp>,
    /// Why, until it can be read again.
    #[serde(default)]
    pub error: Option<String>,
    /// How far its reading is, while it is being read or waits for it.
    #[serde(default)]
    pub progress: Option<DirectoryProgress>,
}

/// How far the reading of a part is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DirectoryProgress {
    /// Whether it has begun, rather than waits for its turn.
    pub begun: bool,
    /// Since when an admin wants it; none where it is merely due.
    #[serde(default)]
    pub wanted_at: Option<Timestamp>,
    /// How many were read.
    pub done: i64,
    /// Of how many, where that is known.
    #[serde(default)]
    pub of: Option<i64>,
}

/// A group in Identity Store.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Group {
    /// The immutable id.
    pub id: String,
    /// Its name.
    pub name: String,
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
