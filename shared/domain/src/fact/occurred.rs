//! A fact on its way.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Fact;
use crate::{Actor, FactId};

/// A fact with its circumstances: what the queue, webhooks and the trail carry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Occurred {
    /// The fact's id, the same wherever it is told.
    pub id: FactId,
    /// When it was committed.
    pub at: Timestamp,
    /// Whose doing it was.
    pub actor: Actor,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
}
