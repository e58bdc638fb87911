//! What a rule says.

use serde::{Deserialize, Serialize};

use super::hours::{Hours, Validity};
use super::pattern::Pattern;
use super::selector::{Accounts, PermissionSets, Subjects};
use super::severity::Severity;
use crate::approval::{Named, PolicySpec, ScheduleRef};
use crate::sessions::CutSessions;
use crate::{Minutes, RuleId};

/// Who has to agree.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Approval {
    /// Nobody; the request is approved as it is submitted, and a second person looks at it afterwards.
    Automatic(Automatic),
    /// People, as written here.
    Policy(PolicySpec),
    /// People, by a policy that has a name.
    Named(Named),
    /// Nobody: break-glass. Taken only when it is asked for by the rule's id.
    BreakGlass(BreakGlass),
}

/// What an automatic approval depends on: one of the conditions must hold, unless an admin has waived them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Automatic {
    /// An incident that covers the account is open.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incident: bool,
    /// The person is on duty by one of these schedules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_call: Vec<ScheduleRef>,
    /// Why neither is needed. Shown wherever the rule is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<String>,
    /// Who looks at it afterwards.
    #[serde(default)]
    pub review: Review,
}

/// What break-glass owes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakGlass {
    /// Who looks at it afterwards.
    #[serde(default)]
    pub review: Review,
}

/// A look at an access by a second person after the fact.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Who may review; nobody named means auditors and admins.
    #[serde(default, skip_serializing_if = "Subjects::is_empty")]
    pub reviewers: Subjects,
    /// How long they have, in hours from the approval.
    #[serde(default = "three_days")]
    pub within_hours: u32,
}

const fn three_days() -> u32 {
    72
}

impl Default for Review {
    fn default() -> Self {
        Self { reviewers: Subjects::default(), within_hours: three_days() }
    }
}

/// What happens when a system that a rule asks is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhenAway {
    /// The rule does not allow it; break-glass is left.
    #[default]
    Refuse,
    /// The rule allows it as if the system had said yes; the trace says so.
    Allow,
}

/// What the reason must be like.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonDemand {
    /// The least number of characters; the setting where it is more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// What the whole of it must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
}

/// What the ticket must be like.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketDemand {
    /// Whether one must be named.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// What the whole of it must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
    /// Whether the system that keeps it is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<TicketCheck>,
}

/// What the ticket's system must say: it exists and is open, and what is demanded here.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketCheck {
    /// The system's name in the settings.
    pub system: String,
    /// It is assigned to whoever asks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub assigned: bool,
    /// The access lies inside its change window.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub change_window: bool,
    /// What happens when the system is away.
    #[serde(default)]
    pub when_away: WhenAway,
}

/// How often and how close together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// The most accesses that one person has by this rule at a time, pending ones included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent: Option<u32>,
    /// How long the same access rests after its end, in minutes. It is waited for, not refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cool_down_minutes: Option<u32>,
}

fn nothing<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A rule without its identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// What people call it, 1 to 200 characters.
    pub name: String,
    /// Whether it counts.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub enabled: bool,
    /// Whom it is for: who gets the access.
    pub subjects: Subjects,
    /// Where.
    pub accounts: Accounts,
    /// What.
    pub permission_sets: PermissionSets,
    /// The longest access, in minutes.
    #[schema(value_type = i64, minimum = 1)]
    pub max_minutes: Minutes,
    /// At which severities; none given means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severities: Vec<Severity>,
    /// What the reason must be like.
    #[serde(default, skip_serializing_if = "nothing")]
    pub reason: ReasonDemand,
    /// What the ticket must be like.
    #[serde(default, skip_serializing_if = "nothing")]
    pub ticket: TicketDemand,
    /// When the access may be had; none given means always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// From when until when the rule counts.
    #[serde(default, skip_serializing_if = "Validity::is_empty")]
    pub validity: Validity,
    /// Who may ask for those whom the rule is for; nobody named means that everybody asks for themselves.
    #[serde(default, skip_serializing_if = "Subjects::is_empty")]
    pub on_behalf: Subjects,
    /// How often and how close together.
    #[serde(default, skip_serializing_if = "nothing")]
    pub pace: Pace,
    /// What happens when an on-call service that the rule asks is away.
    #[serde(default, skip_serializing_if = "nothing")]
    pub when_away: WhenAway,
    /// When sessions that are alive are cut at the end, where the installation cuts any.
    #[serde(default, skip_serializing_if = "nothing")]
    pub cut_sessions: CutSessions,
    /// Who has to agree.
    pub approval: Approval,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
const fn is_yes(value: &bool) -> bool {
    *value
}

/// A rule as it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rule {
    /// Which.
    pub id: RuleId,
    /// Counts its changes, from 1.
    pub version: i64,
    /// What it says.
    #[serde(flatten)]
    pub spec: RuleSpec,
}
