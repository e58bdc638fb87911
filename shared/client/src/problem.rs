//! What a call may fail with.

use serde::Deserialize;
use serde_json::{Map, Value};

/// A problem as the API told it (RFC 9457).
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Problem {
    /// Its stable name, `urn:curfew:problem:` and a word.
    #[serde(rename = "type")]
    pub kind: String,
    /// The sentence of its kind.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The sentence about this case.
    pub detail: Option<String>,
    /// What else it says, such as `from` and `tried` of a conflict.
    #[serde(flatten)]
    pub members: Map<String, Value>,
}

impl Problem {
    /// The word of its name.
    #[must_use]
    pub fn slug(&self) -> &str {
        self.kind.rsplit(':').next().unwrap_or(&self.kind)
    }

    /// What a person should read.
    #[must_use]
    pub fn sentence(&self) -> &str {
        self.detail.as_deref().unwrap_or(&self.title)
    }
}

/// Why a call brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The API refused, and said why.
    #[error("{}", .0.sentence())]
    Problem(Problem),
    /// The API could not be reached, or did not answer in time.
    #[error("the API cannot be reached: {0}")]
    Away(#[source] reqwest::Error),
    /// Something answered that is not our API.
    #[error("the answer ({status}) cannot be read: {detail}")]
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        detail: String,
    },
    /// No address is set for the service behind this path.
    #[error("no address is set for the {service} service")]
    NoEndpoint {
        /// The service's name.
        service: &'static str,
    },
}

impl ClientError {
    /// The problem, if the API told one.
    #[must_use]
    pub const fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            Self::Away(_) | Self::Unreadable { .. } | Self::NoEndpoint { .. } => None,
        }
    }

    /// Whether it is the problem of this word.
    #[must_use]
    pub fn is(&self, slug: &str) -> bool {
        self.problem().is_some_and(|p| p.slug() == slug)
    }

    /// Whether signing in (again) is what is missing.
    #[must_use]
    pub fn needs_sign_in(&self) -> bool {
        self.problem().is_some_and(|p| p.status == 401)
    }
}
