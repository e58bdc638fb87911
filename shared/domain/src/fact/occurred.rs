//! A fact as it is told.

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RequestId;

    #[test]
    fn the_name_is_the_tag_on_the_wire() {
        let fact = Fact::RequestCancelled { request: RequestId(uuid::Uuid::nil()) };
        let wire = serde_json::to_value(&fact).unwrap();
        assert_eq!(
            wire,
            serde_json::json!({
                "type": fact.name(),
                "data": {"request": "00000000-0000-0000-0000-000000000000"}
            })
        );
        assert_eq!(serde_json::from_value::<Fact>(wire).unwrap(), fact);
    }
}
