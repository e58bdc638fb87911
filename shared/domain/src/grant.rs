//! A grant's life: one pair's access, and the lease that keeps its assignment alive.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Minutes, Transition};

/// How long before its deadline an access can no longer be extended: those who remove it without Postgres remember
/// deadlines that are a few seconds old, and must not cut what was just prolonged.
pub const EXTENSION_CLOSES: SignedDuration = SignedDuration::from_secs(10);

/// Where a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// Approved; its start has not come, or no worker has taken it yet.
    Scheduled,
    /// Being added in AWS. From here on it leaves through `revoking`.
    Granting,
    /// Read back from AWS as present.
    Active,
    /// Being removed in AWS.
    Revoking,
    /// Read back from AWS as absent, or never attempted.
    Ended,
}

/// Why a grant ends or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Its time was up.
    Deadline,
    /// The requester gave it back.
    EndedByRequester,
    /// An approver or an admin took it away.
    Revoked,
    /// AWS refused it, or it could not start inside its window.
    Failed,
    /// The requester cancelled it before it started.
    Cancelled,
    /// The beneficiary was disabled or deleted.
    UserDisabled,
    /// Somebody used the emergency button.
    Emergency,
    /// Rules, guardrails or freezes changed before it began, or what it would give did.
    NoLongerAllowed,
}

/// What can be done to a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantVerb {
    /// Its start has come.
    Start,
    /// AWS shows the assignment.
    Activate,
    /// It shall end, for this reason.
    End(EndReason),
    /// AWS shows no assignment, or another grant keeps it.
    Removed,
}

impl EndReason {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::Deadline,
        Self::EndedByRequester,
        Self::Revoked,
        Self::Failed,
        Self::Cancelled,
        Self::UserDisabled,
        Self::Emergency,
        Self::NoLongerAllowed,
    ];

    /// The reason's name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::EndedByRequester => "ended_by_requester",
            Self::Revoked => "revoked",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::UserDisabled => "user_disabled",
            Self::Emergency => "emergency",
            Self::NoLongerAllowed => "no_longer_allowed",
        }
    }

    /// The reason of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == name)
    }
}

impl GrantState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Scheduled, Self::Granting, Self::Active, Self::Revoking, Self::Ended];

    /// The state's name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Granting => "granting",
            Self::Active => "active",
            Self::Revoking => "revoking",
            Self::Ended => "ended",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }

    /// What the verb leads to. Ending what is already ending, for whatever reason, changes nothing:
    /// the first reason stands.
    pub fn apply(self, verb: GrantVerb) -> Transition<Self> {
        use Transition::{Already, Applied, NotAllowed};
        match (self, verb) {
            (Self::Scheduled, GrantVerb::Start) => Applied(Self::Granting),
            (Self::Granting, GrantVerb::Activate) => Applied(Self::Active),
            (Self::Scheduled, GrantVerb::End(_)) => Applied(Self::Ended),
            (Self::Granting | Self::Active, GrantVerb::End(EndReason::Cancelled)) => NotAllowed,
            (Self::Granting | Self::Active, GrantVerb::End(_)) => Applied(Self::Revoking),
            (Self::Revoking, GrantVerb::Removed) => Applied(Self::Ended),
            (Self::Granting, GrantVerb::Start)
            | (Self::Active, GrantVerb::Activate)
            | (Self::Revoking | Self::Ended, GrantVerb::End(_))
            | (Self::Ended, GrantVerb::Removed) => Already,
            (Self::Active | Self::Revoking | Self::Ended, GrantVerb::Start)
            | (Self::Scheduled | Self::Revoking | Self::Ended, GrantVerb::Activate)
            | (Self::Scheduled | Self::Granting | Self::Active, GrantVerb::Removed) => NotAllowed,
        }
    }

    /// Whether the grant needs its assignment in AWS.
    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::Granting | Self::Active)
    }
}

/// When access may be had, as it was approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// From read-back, for a duration; the start may not come later than `start_by`.
    Now {
        /// How long.
        duration: Minutes,
    },
    /// From a moment that was asked for, with a fixed end.
    Scheduled {
        /// The first moment.
        start: Timestamp,
        /// How long.
        duration: Minutes,
    },
}

impl Window {
    /// The deadline that is made durable before the first call: no later than what was approved.
    #[must_use]
    pub fn provisional_deadline(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Now { duration } => now + duration.duration(),
            Self::Scheduled { start, duration } => start + duration.duration(),
        }
    }

    /// The deadline once AWS showed the assignment at `read_back`.
    #[must_use]
    pub fn deadline(self, read_back: Timestamp) -> Timestamp {
        self.provisional_deadline(read_back)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verbs() -> Vec<GrantVerb> {
        let mut verbs = vec![GrantVerb::Start, GrantVerb::Activate, GrantVerb::Removed];
        verbs.extend(EndReason::ALL.map(GrantVerb::End));
        verbs
    }

    #[test]
    fn a_verb_done_twice_equals_once() {
        for state in GrantState::ALL {
            for verb in verbs() {
                if let Transition::Applied(next) = state.apply(verb) {
                    assert_eq!(next.apply(verb), Transition::Already, "{state:?} {verb:?}");
                }
            }
        }
    }

    #[test]
    fn whatever_was_attempted_leaves_through_revoking() {
        for state in [GrantState::Granting, GrantState::Active] {
            for reason in EndReason::ALL.into_iter().filter(|r| *r != EndReason::Cancelled) {
                assert_eq!(state.apply(GrantVerb::End(reason)), Transition::Applied(GrantState::Revoking));
            }
            assert_eq!(state.apply(GrantVerb::Removed), Transition::NotAllowed);
        }
    }

    #[test]
    fn only_a_scheduled_grant_can_be_cancelled() {
        let cancel = GrantVerb::End(EndReason::Cancelled);
        assert_eq!(GrantState::Scheduled.apply(cancel), Transition::Applied(GrantState::Ended));
        assert_eq!(GrantState::Granting.apply(cancel), Transition::NotAllowed);
        assert_eq!(GrantState::Active.apply(cancel), Transition::NotAllowed);
    }

    #[test]
    fn nothing_leaves_the_end() {
        for verb in verbs() {
            assert!(!matches!(GrantState::Ended.apply(verb), Transition::Applied(_)), "{verb:?}");
        }
    }

    #[test]
    fn a_scheduled_window_has_a_fixed_end_and_a_start_now_runs_from_read_back() {
        let t0: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let later: Timestamp = "2026-01-01T00:10:00Z".parse().unwrap();
        let duration = Minutes::new(60).unwrap();
        assert_eq!(Window::Scheduled { start: t0, duration }.deadline(later).to_string(), "2026-01-01T01:00:00Z");
        assert_eq!(Window::Now { duration }.deadline(later).to_string(), "2026-01-01T01:10:00Z");
    }

    #[test]
    fn names_round_trip() {
        for state in GrantState::ALL {
            assert_eq!(GrantState::from_name(state.as_str()), Some(state));
        }
        for reason in EndReason::ALL {
            assert_eq!(EndReason::from_name(reason.as_str()), Some(reason));
        }
    }
}
