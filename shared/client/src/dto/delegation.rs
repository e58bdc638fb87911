//! Standing in for people who are away.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who shall stand in for whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewDelegation {
    /// Who stands in, by immutable id.
    pub to: String,
    /// Who is away; none is the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// From when; none is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Until when.
    pub ends_at: Timestamp,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Somebody standing in for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Delegation {
    /// Which.
    pub id: Uuid,
    /// Who is away.
    pub from: String,
    /// Who stands in.
    pub to: String,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// When it was ended before its time.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// Whether it counts now.
    #[serde(default)]
    pub counts: bool,
}
