//! Looks at access by a second person after the fact.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Person;

/// A look that is owed, or was taken.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Review {
    /// Which.
    pub id: Uuid,
    /// About which request.
    pub request: Uuid,
    /// Whether its break-glass is looked at; else its automatic approval.
    pub break_glass: bool,
    /// Who had the access.
    #[serde(default)]
    pub beneficiary: Option<Person>,
    /// Since when it is owed.
    #[serde(default)]
    pub opened_at: Option<Timestamp>,
    /// Until when.
    pub due_at: Timestamp,
    /// Whether it is late.
    #[serde(default)]
    pub overdue: bool,
    /// What was seen; none while it is owed.
    #[serde(default)]
    pub done: Option<Looked>,
}

/// What a reviewer said.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Looked {
    /// Who.
    pub reviewer: Person,
    /// Whether something was not in order.
    pub concern: bool,
    /// In words.
    #[serde(default)]
    pub comment: Option<String>,
    /// When.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// What a reviewer says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Look {
    /// Whether something was not in order; then a comment says what.
    pub concern: bool,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}
