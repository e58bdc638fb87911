//! What AWS says about an assignment and about an operation on it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::queue::Pass;

/// Whether AWS shows the assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is there.
    Present,
    /// It is not.
    Absent,
}

/// AWS's name for an asynchronous creation or deletion. Creations and deletions are asked about by different calls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OperationId(String);

impl OperationId {
    /// The id as AWS wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for OperationId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How far an operation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// AWS is at it: neither success nor failure.
    InProgress,
    /// Done. Still to be seen by a read.
    Succeeded,
    /// AWS gave up. A creation may have left something, a deletion may have left everything.
    Failed {
        /// AWS's words.
        reason: String,
    },
}

impl Progress {
    /// Whether AWS will say nothing else any more.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        !matches!(self, Self::InProgress)
    }
}

/// AWS took the operation. While it is under way this holds one of the places for outstanding operations: keep it
/// until the operation's end was seen, then drop it.
#[derive(Debug)]
#[must_use = "dropping it frees the place of an operation that is still under way"]
pub struct Accepted {
    /// What to ask about.
    pub operation: OperationId,
    /// How far it is already.
    pub progress: Progress,
    /// The place; none when the operation is over or places are not limited.
    _place: Option<Pass>,
}

impl Accepted {
    pub(crate) fn new(operation: OperationId, progress: Progress, place: Option<Pass>) -> Self {
        let place = place.filter(|_| !progress.is_terminal());
        Self { operation, progress, _place: place }
    }
}
