//! A request's life: it ends with its decision.

use serde::{Deserialize, Serialize};

use crate::Transition;

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Waiting for its decision.
    Pending,
    /// Somebody, or a rule, said yes.
    Approved,
    /// Somebody said no.
    Rejected,
    /// The requester took it back.
    Cancelled,
    /// Nobody decided in time.
    TimedOut,
}

/// What can be done to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestVerb {
    /// The approval concluded with yes.
    Approve,
    /// The approval concluded with no.
    Reject,
    /// The requester takes it back.
    Cancel,
    /// The time to decide is over.
    TimeOut,
}

impl RequestState {
    /// Every state, for tests and documents.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Approved, Self::Rejected, Self::Cancelled, Self::TimedOut];

    /// The state's name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed_out",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }

    /// What the verb leads to.
    pub fn apply(self, verb: RequestVerb) -> Transition<Self> {
        let target = verb.target();
        match self {
            Self::Pending => Transition::Applied(target),
            done if done == target => Transition::Already,
            Self::Approved | Self::Rejected | Self::Cancelled | Self::TimedOut => Transition::NotAllowed,
        }
    }
}

impl RequestVerb {
    /// Every verb.
    pub const ALL: [Self; 4] = [Self::Approve, Self::Reject, Self::Cancel, Self::TimeOut];

    /// The state that the verb asks for.
    #[must_use]
    pub const fn target(self) -> RequestState {
        match self {
            Self::Approve => RequestState::Approved,
            Self::Reject => RequestState::Rejected,
            Self::Cancel => RequestState::Cancelled,
            Self::TimeOut => RequestState::TimedOut,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decision_is_final_and_repeating_it_is_harmless() {
        for verb in RequestVerb::ALL {
            assert_eq!(RequestState::Pending.apply(verb), Transition::Applied(verb.target()));
            for state in RequestState::ALL.into_iter().filter(|s| *s != RequestState::Pending) {
                let expected = if state == verb.target() { Transition::Already } else { Transition::NotAllowed };
                assert_eq!(state.apply(verb), expected, "{state:?} {verb:?}");
            }
        }
    }

    #[test]
    fn names_round_trip() {
        for state in RequestState::ALL {
            assert_eq!(RequestState::from_name(state.as_str()), Some(state));
        }
        assert_eq!(RequestState::from_name("granted"), None);
    }
}
