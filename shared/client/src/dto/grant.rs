//! Access.

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::query;

/// One pair's access.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Grant {
    /// Which.
    pub id: Uuid,
    /// Counts its changes.
    #[serde(default)]
    pub version: i64,
    /// The request that it came from.
    pub request: Uuid,
    /// Who has it, by immutable id; left out where it stands inside its request.
    #[serde(default)]
    pub principal: Option<String>,
    /// What pages call whoever has it; left out where it stands inside its request.
    #[serde(default)]
    pub principal_name: Option<String>,
    /// The account's name; left out where it stands inside its request.
    #[serde(default)]
    pub account_name: String,
    /// The permission set's name; left out where it stands inside its request.
    #[serde(default)]
    pub permission_set_name: String,
    /// `scheduled`, `granting`, `active`, `revoking` or `ended`.
    pub state: String,
    /// Twelve digits.
    pub account: String,
    /// The permission set's ARN.
    pub permission_set: String,
    /// How long it was approved for, in minutes.
    #[serde(default)]
    pub minutes: i64,
    /// When it may start.
    #[serde(default)]
    pub start_at: Option<Timestamp>,
    /// When it ends.
    #[serde(default)]
    pub deadline_at: Option<Timestamp>,
    /// The later end of an approved extension, which counts once the schedule in AWS has moved.
    #[serde(default)]
    pub extending_to: Option<Timestamp>,
    /// Since when AWS is known not to have it although it is active.
    #[serde(default)]
    pub vanished_at: Option<Timestamp>,
    /// When it can be expected to be there, or gone, while it is on its way.
    #[serde(default)]
    pub expected_at: Option<Timestamp>,
    /// When it could be used first.
    #[serde(default)]
    pub active_at: Option<Timestamp>,
    /// When it was seen gone.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// Why it ends or ended.
    #[serde(default)]
    pub reason: Option<String>,
    /// When AWS no longer showed the assignment.
    #[serde(default)]
    pub removed_at: Option<Timestamp>,
    /// Until when credentials from before that may live, if nothing cuts them.
    #[serde(default)]
    pub credentials_may_live_until: Option<Timestamp>,
    /// What became of its sessions; left out where it stands inside its request.
    #[serde(default)]
    pub sessions: Option<serde_json::Value>,
}

/// What became of an end or a revoke.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Ending {
    /// The grants that are ending now, or had ended by the same word before.
    pub ended: Vec<EndedGrant>,
    /// Other grants that keep the same access alive.
    #[serde(default)]
    pub remaining: Vec<Remaining>,
}

/// A grant that ends, as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EndedGrant {
    /// Which.
    pub grant: Uuid,
    /// `revoking` until AWS no longer shows the assignment.
    pub state: String,
}

/// Another grant on the same assignment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Remaining {
    /// Which.
    pub grant: Uuid,
    /// Until when it lives.
    pub until: Option<Timestamp>,
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
        query([
            ("role", self.role.clone()),
            ("state", self.state.clone()),
            ("account", self.account.clone()),
            ("cursor", self.cursor.clone()),
            ("limit", self.limit.map(|l| l.to_string())),
        ])
    }
}
