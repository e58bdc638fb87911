//! Live sessions: credentials that were handed out while an assignment was there, and live on without it. Taking the
//! assignment away prevents new ones; what is alive has to be denied until it runs out.

pub mod policy;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::fact::Evidence;
use crate::grant::EndReason;

/// The longest that AWS lets credentials of a permission set live, for where nothing more is known.
pub const LONGEST_SESSION: SignedDuration = SignedDuration::from_hours(12);

/// When a rule wants live sessions cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CutSessions {
    /// Whenever the access ends, at its deadline too.
    Always,
    /// When it is taken away: revoked, by an emergency, or because the person was disabled.
    #[default]
    OnRevoke,
    /// Never: credentials run out by themselves.
    Never,
}

impl CutSessions {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Always, Self::OnRevoke, Self::Never];

    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::OnRevoke => "on_revoke",
            Self::Never => "never",
        }
    }

    /// The choice of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str() == name)
    }

    /// Whether sessions are cut when access ends for this reason.
    #[must_use]
    pub const fn applies(self, reason: EndReason) -> bool {
        match (self, reason) {
            (Self::Never, _) => false,
            (Self::Always, _)
            | (Self::OnRevoke, EndReason::Revoked | EndReason::UserDisabled | EndReason::Emergency) => true,
            (
                Self::OnRevoke,
                EndReason::Deadline
                | EndReason::EndedByRequester
                | EndReason::Failed
                | EndReason::Cancelled
                | EndReason::NoLongerAllowed,
            ) => false,
        }
    }

    /// Whether it cuts whenever `other` does.
    #[must_use]
    pub fn cuts_as_much(self, other: Self) -> bool {
        EndReason::ALL.into_iter().all(|reason| self.applies(reason) || !other.applies(reason))
    }
}

/// How this installation cuts sessions, where it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cutting {
    /// How much longer than the removal was read back somebody may still have got credentials by it.
    pub lag: SignedDuration,
    /// How much longer than the longest session a deny stays.
    pub margin: SignedDuration,
}

/// What a grant keeps about its sessions from its approval on, so that its end needs no rule and no directory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// When they are cut.
    pub cut: CutSessions,
    /// How long credentials of the permission set lived then.
    pub session: Option<SignedDuration>,
    /// The permission set's name, which is in the names of its roles.
    pub role_name: Option<String>,
    /// Whether it is in the organization's management account, which service control policies do not reach.
    pub in_management: bool,
}

/// What became of the sessions of an access that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Sessions {
    /// No assignment was taken away, so no credentials lost theirs.
    Unaffected,
    /// The person has another access to the same, whose sessions they may be as well: those from before this moment are
    /// cut once that one has ended too.
    Postponed {
        /// Credentials from before this moment: that of the end.
        cut_before: Timestamp,
    },
    /// They run out by themselves.
    NotCut {
        /// Why.
        why: NotCut,
    },
    /// Those from before this moment are being denied; it is not yet read back.
    Cutting {
        /// Credentials from before this moment.
        cut_before: Timestamp,
        /// Why it takes longer than it should, where it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held_up: Option<String>,
    },
    /// AWS shows the deny.
    Cut {
        /// Credentials from before this moment.
        cut_before: Timestamp,
        /// When it was read back.
        in_place_at: Timestamp,
    },
}

/// Why sessions are not cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotCut {
    /// This installation cuts none.
    NotConfigured,
    /// The rule does not want it for an end like this.
    NotAsked,
    /// Service control policies do not reach the management account.
    ManagementAccount,
    /// The permission set's name is not known, so neither are its roles'.
    RoleUnknown,
    /// There was no room before the last of them had run out by itself.
    NoRoomInTime,
    /// The last of them had run out before the other access ended.
    RanOut,
}

/// The end of a removed assignment's credentials, if nothing is done about them.
#[must_use]
pub fn credentials_until(terms: &Terms, removed_at: Timestamp) -> Timestamp {
    removed_at + terms.session.unwrap_or(LONGEST_SESSION)
}

/// What is done about the sessions of an access that is over for this reason, as is known by this evidence. Pure, so
/// that it can be said in the transaction of the end.
#[must_use]
pub fn at_end(
    terms: &Terms,
    reason: EndReason,
    evidence: &Evidence,
    cutting: Option<Cutting>,
    now: Timestamp,
) -> Sessions {
    match evidence {
        Evidence::NeverAttempted | Evidence::PreExistingLeft => Sessions::Unaffected,
        Evidence::KeptByAnotherGrant { .. } => match whether_cut(terms, reason, cutting) {
            // New ones are the other access's, so there is no lag.
            Ok(_) => Sessions::Postponed { cut_before: whole(now) },
            Err(_) => Sessions::Unaffected,
        },
        Evidence::DeletedAndReadBack { .. } | Evidence::AbsentTwice { .. } => match whether_cut(terms, reason, cutting)
        {
            Ok(cutting) => Sessions::Cutting { cut_before: whole(now + cutting.lag), held_up: None },
            Err(why) => Sessions::NotCut { why },
        },
    }
}

/// What becomes of postponed sessions now that the last access to the same has ended.
#[must_use]
pub fn after_postponement(terms: &Terms, cut_before: Timestamp, cutting: Option<Cutting>, now: Timestamp) -> Sessions {
    let Some(cutting) = cutting else { return Sessions::NotCut { why: NotCut::NotConfigured } };
    if credentials_until(terms, cut_before) + cutting.margin <= now {
        return Sessions::NotCut { why: NotCut::RanOut };
    }
    Sessions::Cutting { cut_before, held_up: None }
}

/// How sessions are cut after an end for this reason, or why they are not.
fn whether_cut(terms: &Terms, reason: EndReason, cutting: Option<Cutting>) -> Result<Cutting, NotCut> {
    let Some(cutting) = cutting else { return Err(NotCut::NotConfigured) };
    if !terms.cut.applies(reason) {
        return Err(NotCut::NotAsked);
    }
    if terms.in_management {
        return Err(NotCut::ManagementAccount);
    }
    if terms.role_name.is_none() {
        return Err(NotCut::RoleUnknown);
    }
    Ok(cutting)
}

/// The next moment that is a multiple of five seconds: AWS compares whole seconds, and entries of the same moment can
/// share a statement.
fn whole(at: Timestamp) -> Timestamp {
    const STEP: i64 = 5;
    let up = at.as_second().saturating_add(STEP - 1 + i64::from(at.subsec_nanosecond() > 0)).div_euclid(STEP);
    Timestamp::from_second(up.saturating_mul(STEP)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn terms() -> Terms {
        Terms {
            cut: CutSessions::OnRevoke,
            session: Some(SignedDuration::from_hours(2)),
            role_name: Some("PowerUserAccess".to_owned()),
            in_management: false,
        }
    }

    const CUTTING: Cutting = Cutting { lag: SignedDuration::from_secs(60), margin: SignedDuration::from_mins(5) };

    fn removed() -> Evidence {
        Evidence::DeletedAndReadBack { read_at: at("2026-03-02T09:00:01Z") }
    }

    #[test]
    fn what_a_rule_wants_decides_with_the_reason() {
        for reason in EndReason::ALL {
            assert!(CutSessions::Always.applies(reason), "{reason:?}");
            assert!(!CutSessions::Never.applies(reason), "{reason:?}");
        }
        let on_revoke: Vec<_> = EndReason::ALL.into_iter().filter(|r| CutSessions::OnRevoke.applies(*r)).collect();
        assert_eq!(on_revoke, [EndReason::Revoked, EndReason::UserDisabled, EndReason::Emergency]);
        assert!(CutSessions::Always.cuts_as_much(CutSessions::OnRevoke));
        assert!(!CutSessions::OnRevoke.cuts_as_much(CutSessions::Always));
        assert!(!CutSessions::Never.cuts_as_much(CutSessions::OnRevoke));
    }

    #[test]
    fn a_revoked_access_is_cut_a_lag_after_its_removal_at_a_whole_moment() {
        let now = at("2026-03-02T09:00:01.000001Z");
        let cut = at_end(&terms(), EndReason::Revoked, &removed(), Some(CUTTING), now);
        assert_eq!(cut, Sessions::Cutting { cut_before: at("2026-03-02T09:01:05Z"), held_up: None });
        let exact = at_end(&terms(), EndReason::Revoked, &removed(), Some(CUTTING), at("2026-03-02T09:00:00Z"));
        assert_eq!(exact, Sessions::Cutting { cut_before: at("2026-03-02T09:01:00Z"), held_up: None });
    }

    #[test]
    fn what_is_not_cut_says_why() {
        let now = at("2026-03-02T09:00:01Z");
        let end = |terms: &Terms, reason, cutting| at_end(terms, reason, &removed(), cutting, now);
        let why = |why| Sessions::NotCut { why };
        assert_eq!(end(&terms(), EndReason::Revoked, None), why(NotCut::NotConfigured));
        assert_eq!(end(&terms(), EndReason::Deadline, Some(CUTTING)), why(NotCut::NotAsked));
        let management = Terms { in_management: true, ..terms() };
        assert_eq!(end(&management, EndReason::Emergency, Some(CUTTING)), why(NotCut::ManagementAccount));
        let nameless = Terms { role_name: None, ..terms() };
        assert_eq!(end(&nameless, EndReason::Emergency, Some(CUTTING)), why(NotCut::RoleUnknown));
        for evidence in [Evidence::NeverAttempted, Evidence::PreExistingLeft] {
            let end = at_end(&terms(), EndReason::Revoked, &evidence, Some(CUTTING), now);
            assert_eq!(end, Sessions::Unaffected);
        }
    }

    #[test]
    fn what_another_access_keeps_is_cut_later_if_it_would_be_cut_now() {
        let now = at("2026-03-02T09:00:01Z");
        let kept = Evidence::KeptByAnotherGrant { grant: crate::GrantId(uuid::Uuid::nil()), until: now };
        let end = |terms: &Terms, reason, cutting| at_end(terms, reason, &kept, cutting, now);
        let cut_before = at("2026-03-02T09:00:05Z");
        assert_eq!(end(&terms(), EndReason::Revoked, Some(CUTTING)), Sessions::Postponed { cut_before });
        assert_eq!(end(&terms(), EndReason::Deadline, Some(CUTTING)), Sessions::Unaffected);
        assert_eq!(end(&terms(), EndReason::Revoked, None), Sessions::Unaffected);

        let after = |cutting, now| after_postponement(&terms(), cut_before, cutting, at(now));
        let cutting = Sessions::Cutting { cut_before, held_up: None };
        let why = |why| Sessions::NotCut { why };
        assert_eq!(after(Some(CUTTING), "2026-03-02T11:05:04Z"), cutting);
        assert_eq!(after(Some(CUTTING), "2026-03-02T11:05:05Z"), why(NotCut::RanOut));
        assert_eq!(after(None, "2026-03-02T09:30:00Z"), why(NotCut::NotConfigured));
    }

    #[test]
    fn credentials_of_an_unknown_length_may_live_as_long_as_aws_lets_any() {
        let removed_at = at("2026-03-02T09:00:00Z");
        assert_eq!(credentials_until(&terms(), removed_at), at("2026-03-02T11:00:00Z"));
        assert_eq!(credentials_until(&Terms::default(), removed_at), at("2026-03-02T21:00:00Z"));
    }
}
