//! What admins write: rules, approval policies, guardrails, freezes, owners and schedules, each kept as the API told it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::change::Change;

/// What sort of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// Who may ask for what.
    Rule,
    /// Who decides, by name.
    ApprovalPolicy,
    /// What stands above rules.
    Guardrail,
    /// When nothing is given.
    Freeze,
    /// Whose an account is.
    Owners,
    /// Who is on duty.
    Schedule,
}

impl DocumentKind {
    /// The last part of its address.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Rule => "rules",
            Self::ApprovalPolicy => "approval-policies",
            Self::Guardrail => "guardrails",
            Self::Freeze => "freezes",
            Self::Owners => "owners",
            Self::Schedule => "schedules",
        }
    }
}

/// A document as it is in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Which.
    pub id: Uuid,
    /// Counts its changes.
    pub version: i64,
    /// What people call it.
    pub name: String,
    /// The rest of what it says, and in the answer to a change what the change means.
    #[serde(flatten)]
    pub spec: Map<String, Value>,
}

/// A document at one of its versions.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct DocumentVersion {
    /// Which, from 1.
    pub version: i64,
    /// When.
    pub saved_at: Timestamp,
    /// By whom, as the API tells it.
    #[serde(default)]
    pub saved_by: Value,
}

/// What became of an edit.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Saved {
    /// It waits for a second admin.
    Waiting(Change),
    /// It is in force.
    Done(Document),
}

impl Saved {
    /// The document, where it is in force.
    #[must_use]
    pub fn done(self) -> Option<Document> {
        match self {
            Self::Done(document) => Some(document),
            Self::Waiting(_) => None,
        }
    }

    /// The change, where it waits.
    #[must_use]
    pub fn waiting(self) -> Option<Change> {
        match self {
            Self::Waiting(change) => Some(change),
            Self::Done(_) => None,
        }
    }
}
