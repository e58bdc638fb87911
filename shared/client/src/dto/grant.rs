//! Access.

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

/// One pair's access.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Grant {
    /// Which.
    pub id: Uuid,
    /// Counts its changes.
    #[serde(default)]
    pub version: i64,
    /// The request that it came from.
    #[serde(alias = "request_id")]
    pub request: Uuid,
    /// `scheduled`, `granting`, `active`, `revoking` or `ended`.
    pub state: String,
    /// Twelve digits.
    #[serde(alias = "account_id")]
    pub account: String,
    /// The account's name.
    #[serde(default)]
    pub account_name: Option<String>,
    /// The permission set's ARN.
    #[serde(alias = "permission_set_arn")]
    pub permission_set: String,
    /// The permission set's name.
    #[serde(default)]
    pub permission_set_name: Option<String>,
    /// When it ends.
    #[serde(default)]
    pub deadline_at: Option<Timestamp>,
    /// When it could be used first.
    #[serde(default)]
    pub active_at: Option<Timestamp>,
    /// When it was seen gone.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// Why it ends or ended.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Which grants to list.
#[derive(Debug, Clone, Default)]
pub struct GrantFilter {
    /// `mine` or `all`.
    pub role: Option<String>,
    /// Only this state.
    pub state: Option<String>,
    /// Only in this account.
    pub account: Option<String>,
    /// The page after this cursor.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u16>,
}

impl GrantFilter {
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
