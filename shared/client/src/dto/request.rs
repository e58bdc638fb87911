//! Asking.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::Person;
use super::grant::Grant;

/// Who calls.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Me {
    /// A person.
    User {
        /// The immutable id in Identity Store.
        id: String,
        /// The display name.
        name: String,
        /// Whether they may change rules and settings.
        #[serde(default)]
        admin: bool,
        /// Whether they may read everything.
        #[serde(default)]
        auditor: bool,
    },
    /// An OAuth2 client.
    Machine {
        /// Its id.
        client: String,
    },
}

/// One (account, permission set).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Twelve digits.
    pub account: String,
    /// The permission set's ARN.
    pub permission_set: String,
}

/// What to ask for.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct NewRequest {
    /// One to fifty.
    pub pairs: Vec<Pair>,
    /// How long.
    pub minutes: i64,
    /// Why.
    pub reason: String,
    /// A ticket in another system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// When the window opens; none is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_at: Option<Timestamp>,
    /// Who shall have the access; none is the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beneficiary: Option<String>,
}

/// One pair of a request with its names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Item {
    /// Twelve digits.
    pub account: String,
    /// The account's name.
    #[serde(default)]
    pub account_name: String,
    /// The permission set's ARN.
    pub permission_set: String,
    /// The permission set's name.
    #[serde(default)]
    pub permission_set_name: String,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Request {
    /// Which.
    pub id: Uuid,
    /// Counts its changes.
    pub version: i64,
    /// `pending`, `approved`, `rejected`, `cancelled` or `timed_out`.
    pub state: String,
    /// Who asked.
    pub requester: Person,
    /// Who would have the access.
    pub beneficiary: Person,
    /// Why.
    pub reason: String,
    /// The ticket named.
    #[serde(default)]
    pub ticket: Option<String>,
    /// How long, in minutes.
    pub minutes: i64,
    /// When the window opens; none is now.
    #[serde(default)]
    pub start_at: Option<Timestamp>,
    /// The grant that it would extend.
    #[serde(default)]
    pub extends: Option<Uuid>,
    /// When it was asked.
    pub submitted_at: Timestamp,
    /// When it times out undecided.
    pub decide_by: Timestamp,
    /// When it was decided.
    #[serde(default)]
    pub decided_at: Option<Timestamp>,
    /// What.
    #[serde(default)]
    pub items: Vec<Item>,
    /// The accesses that came of it, as the API tells them.
    #[serde(default)]
    pub grants: Vec<Grant>,
}

/// Which requests to list.
#[derive(Debug, Clone, Default)]
pub struct RequestFilter {
    /// `mine`, `waiting` or `all`.
    pub role: Option<String>,
    /// Only this state.
    pub state: Option<String>,
    /// Only about this account.
    pub account: Option<String>,
    /// The page after this cursor.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u16>,
}

impl RequestFilter {
    pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
        [
            ("role", self.role.clone()),
            ("state", self.state.clone()),
            ("account", self.account.clone()),
            ("cursor", self.cursor.clone()),
            ("limit", self.limit.map(|l| l.to_string())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

/// What one rule offers the caller: each of its accounts with each of its permission sets.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Offer {
    /// The rule.
    pub rule: Uuid,
    /// What people call it.
    pub name: String,
    /// Where.
    pub accounts: Vec<OfferedAccount>,
    /// What.
    pub permission_sets: Vec<OfferedPermissionSet>,
    /// The longest access, in minutes.
    pub max_minutes: i64,
    /// Whether a ticket must be named.
    #[serde(default)]
    pub ticket_required: bool,
    /// Who would decide, as the API tells it; none where nobody has to.
    #[serde(default)]
    pub approval: Option<Value>,
}

/// An account to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OfferedAccount {
    /// Twelve digits.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A permission set to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OfferedPermissionSet {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
}
