//! Eligibility rules.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// A rule as it is in force; what it says is kept as the API told it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Which.
    pub id: Uuid,
    /// Counts its changes.
    pub version: i64,
    /// What people call it.
    pub name: String,
    /// The rest of what it says.
    #[serde(flatten)]
    pub spec: Map<String, Value>,
}
