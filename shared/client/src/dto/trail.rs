//! The audit log.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::query;

/// One entry.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TrailEntry {
    /// The fact's id.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Whose doing.
    pub actor: Value,
    /// The versioned name of what happened.
    pub action: String,
    /// What it is about.
    pub subject: Subject,
    /// The request that it belongs to.
    pub request: Option<Uuid>,
    /// The fact's own data.
    pub data: Value,
}

/// What an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Subject {
    /// What kind of thing: `request`, `grant`, `assignment`, `rule`, `webhook` and so on.
    pub kind: String,
    /// Which.
    pub id: Uuid,
}

/// Which entries to list.
#[derive(Debug, Clone, Default)]
pub struct TrailFilter {
    /// Only what belongs to this request.
    pub request: Option<Uuid>,
    /// Only what is about this.
    pub subject: Option<Uuid>,
    /// Only this action.
    pub action: Option<String>,
    /// The page after this cursor.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u16>,
}

impl TrailFilter {
    pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
        query([
            ("request", self.request.map(|id| id.to_string())),
            ("subject", self.subject.map(|id| id.to_string())),
            ("action", self.action.clone()),
            ("cursor", self.cursor.clone()),
            ("limit", self.limit.map(|l| l.to_string())),
        ])
    }
}
