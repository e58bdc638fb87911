//! How it is known that an access is over.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::GrantId;

/// How we know that an access is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// No call to AWS was ever made for it.
    NeverAttempted,
    /// AWS said the deletion succeeded, and a read shows no assignment.
    DeletedAndReadBack { read_at: Timestamp },
    /// AWS knew no assignment, and two reads a while apart show none.
    AbsentTwice { first_at: Timestamp, second_at: Timestamp },
    /// Another grant on the same assignment lives on; the assignment stays.
    KeptByAnotherGrant { grant: GrantId, until: Timestamp },
    /// The assignment was there before Curfew and is left alone.
    PreExistingLeft,
}
