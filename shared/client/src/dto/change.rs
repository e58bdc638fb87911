//! Changes of documents that wait for a second admin.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// A set of edits that was proposed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Change {
    /// Which.
    pub id: Uuid,
    /// `waiting`, `applied`, `refused`, `withdrawn`, `stale` or `alone`.
    pub state: String,
    /// The revision of all documents that its impact is about.
    pub revision: i64,
    /// What it does, as the API tells it.
    pub edits: Vec<Value>,
    /// What it makes easier to get, as the API tells it.
    #[serde(default)]
    pub impact: Value,
    /// Why it could not be applied as things are now.
    #[serde(default)]
    pub obstacle: Option<String>,
    /// The last word of the problem's `type` that applying it would be answered with.
    #[serde(default)]
    pub obstacle_as: Option<String>,
    /// Why, in the words of whoever proposed it.
    #[serde(default)]
    pub reason: Option<String>,
    /// Access that would not be allowed any more, as the API tells it.
    #[serde(default)]
    pub affected: Vec<Value>,
    /// Who proposed it, as the API tells it.
    #[serde(default)]
    pub proposed_by: Value,
    /// When.
    #[serde(default)]
    pub proposed_at: Option<Timestamp>,
}
