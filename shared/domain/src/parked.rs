//! What cannot go on by itself, so that somebody has to look: never dropped, always listed.

use serde::{Deserialize, Serialize};

/// What sort of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParkedKind {
    /// An assignment that AWS refuses to make or to remove, or that was tried very often. It is tried on, slowly.
    Assignment,
    /// Access that was approved and could not be given, while it still may be.
    Grant,
    /// A message from the broker that nobody could read or take.
    Message,
    /// A mail or webhook that was given up.
    Delivery,
    /// A fact that could not be handed to the broker for long. It is tried on.
    Fact,
}

impl ParkedKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Assignment, Self::Grant, Self::Message, Self::Delivery, Self::Fact];

    /// Its name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assignment => "assignment",
            Self::Grant => "grant",
            Self::Message => "message",
            Self::Delivery => "delivery",
            Self::Fact => "fact",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether each one is alarmed by itself. Of the others one alarm tells that there are some: a webhook that is away
    /// for a day would raise thousands.
    #[must_use]
    pub const fn alarms_each(self) -> bool {
        match self {
            Self::Assignment => true,
            Self::Grant | Self::Message | Self::Delivery | Self::Fact => false,
        }
    }
}

/// What an operator did about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// It is tried again now.
    Retried,
    /// Somebody knows.
    Acknowledged,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for kind in ParkedKind::ALL {
            assert_eq!(ParkedKind::from_name(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(ParkedKind::from_name("lost"), None);
    }
}
