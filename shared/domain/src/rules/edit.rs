//! What somebody wants done to documents, before it is done: by an admin, by a file, by a second person.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::document::{Body, Kind};

/// What is to be done to one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "edit", deny_unknown_fields)]
pub enum Edit {
    /// Make it.
    Make {
        /// Its id, where others of the same set refer to it; a new one where none is given. A document that was
        /// deleted comes back under its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<Uuid>,
        /// What it shall say.
        document: Body,
    },
    /// Change it.
    Change {
        /// Which.
        id: Uuid,
        /// The version that was seen; another one is refused.
        version: i64,
        /// What it shall say, whole.
        document: Body,
    },
    /// Take it out of force.
    Delete {
        /// What sort.
        kind: Kind,
        /// Which.
        id: Uuid,
        /// The version that was seen; another one is refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<i64>,
    },
}

impl Edit {
    /// The document that it is about, where that has an id already.
    #[must_use]
    pub const fn id(&self) -> Option<Uuid> {
        match self {
            Self::Make { id, .. } => *id,
            Self::Change { id, .. } | Self::Delete { id, .. } => Some(*id),
        }
    }

    /// The document's kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Make { document, .. } | Self::Change { document, .. } => document.kind(),
            Self::Delete { kind, .. } => *kind,
        }
    }
}
