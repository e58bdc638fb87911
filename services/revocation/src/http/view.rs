//! What the caller hears after an end or a revoke.

use domain::GrantId;
use domain::grant::GrantState;
use jiff::Timestamp;
use web::Problem;

use crate::usecase::{Ended, Refused};

/// What became of the grants.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Ending {
    /// The grants that are ending now, or had ended by the same word before.
    pub ended: Vec<EndedGrant>,
    /// Other grants that keep the same access alive, and until when.
    pub remaining: Vec<Remaining>,
}

/// One grant, as it is now.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct EndedGrant {
    /// Which.
    pub grant: GrantId,
    /// Where it stands: `revoking` until AWS no longer shows the assignment.
    pub state: GrantState,
}

/// Another grant on the same assignment.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Remaining {
    /// Which.
    pub grant: GrantId,
    /// Until when it lives.
    pub until: Option<Timestamp>,
}

impl From<Ended> for Ending {
    fn from(ended: Ended) -> Self {
        Self {
            ended: ended.ended.into_iter().map(|(grant, state)| EndedGrant { grant, state }).collect(),
            remaining: ended.remaining.into_iter().map(|(grant, until)| Remaining { grant, until }).collect(),
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unknown => Self::not_found("grant"),
            Refused::NotYours => Self::because(
                web::ProblemType::Forbidden,
                "A grant is ended by who has it or asked for it, and revoked by its approvers and by admins.",
            ),
            Refused::TooLate { state, reason, tried } => {
                let reason = reason.map_or("", |r| r.as_str());
                Self::conflict(tried, "scheduled, granting or active", state.as_str()).with("reason", reason)
            }
            Refused::Stale { given, current } => Self::because(
                web::ProblemType::StaleVersion,
                format!("You saw version {given} of the grant; it is at version {current}."),
            ),
            Refused::Store(error) => error.into(),
        }
    }
}
