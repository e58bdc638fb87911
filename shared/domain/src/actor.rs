//! Who did something.

use serde::{Deserialize, Serialize};

use crate::UserId;

/// The author of a change, as the trail names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// A person, by immutable id.
    User {
        /// Who.
        id: UserId,
    },
    /// An OAuth2 client.
    Machine {
        /// Its client id.
        client: String,
    },
    /// One of Curfew's services, acting on a deadline or on AWS's answer.
    Service {
        /// The service's name.
        name: String,
    },
}

impl Actor {
    /// A service of Curfew as the actor.
    #[must_use]
    pub fn service(name: &str) -> Self {
        Self::Service { name: name.to_owned() }
    }

    /// The person, if it is one.
    #[must_use]
    pub const fn user(&self) -> Option<&UserId> {
        match self {
            Self::User { id } => Some(id),
            Self::Machine { .. } | Self::Service { .. } => None,
        }
    }
}
