//! What somebody asks for again and again.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::request::Pair;

/// What is asked for; never a reason, never a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// One to fifty.
    pub pairs: Vec<Pair>,
    /// How long.
    pub minutes: i64,
    /// How urgent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// Who shall have it; none is the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficiary: Option<String>,
}

/// A template to be made: of what is wanted, or of a request that was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NewTemplate {
    /// What its owner calls it.
    pub name: String,
    /// What is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Wanted>,
    /// A request of the caller's that asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_request: Option<Uuid>,
}

/// A template.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Template {
    /// Which.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// What is asked for.
    pub wanted: Wanted,
}
