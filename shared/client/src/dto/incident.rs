//! What is wrong just now.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An incident to be opened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NewIncident {
    /// What people call it.
    pub title: String,
    /// How urgent; none is as usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// The accounts that it is about; none means all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// Its id where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Incident {
    /// Which.
    pub id: Uuid,
    /// What people call it.
    pub title: String,
    /// How urgent.
    pub severity: String,
    /// The accounts that it is about; none means all.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was over.
    #[serde(default)]
    pub closed_at: Option<Timestamp>,
}
