//! The question and the answer.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::document::Kind;
use super::reason::Reason;
use super::rule::Review;
use super::severity::Severity;
use crate::approval::{Need, ScheduleRef};
use crate::{GroupId, Minutes, Pair, RuleId, UserId};

/// Somebody with their groups now.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// Who.
    pub user: &'a UserId,
    /// Their groups.
    pub groups: &'a [GroupId],
}

/// What is asked of the rules.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Who shall have the access.
    pub beneficiary: Person<'a>,
    /// Who asks, where that is somebody else.
    pub sponsor: Option<Person<'a>>,
    /// What.
    pub pair: &'a Pair,
    /// The moment of asking.
    pub now: Timestamp,
    /// From when; `None` is as soon as it is approved.
    pub start: Option<Timestamp>,
    /// The rest of what was typed; `None` asks what is possible at all.
    pub details: Option<Details<'a>>,
    /// The break-glass rule that was asked for by name.
    pub break_glass: Option<RuleId>,
    /// What the beneficiary has, waits for, and had lately.
    pub uses: &'a [Use],
}

/// What was typed, and what other systems say about it.
#[derive(Debug, Clone, Copy)]
pub struct Details<'a> {
    /// How long, the part already had included when it is an extension.
    pub minutes: Minutes,
    /// How urgent.
    pub severity: &'a Severity,
    /// Why.
    pub reason: &'a str,
    /// The ticket.
    pub ticket: Option<&'a str>,
    /// What ticket systems say about it, by the system's name.
    pub tickets: &'a [(String, TicketAnswer)],
    /// The beneficiary's duty.
    pub duty: &'a Duty,
    /// Whether an incident that covers the account is open.
    pub incident: bool,
}

/// What a ticket system says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketAnswer {
    /// It does not have the ticket.
    Missing,
    /// It has it.
    Found {
        /// Whether it is open.
        open: bool,
        /// Whether it is assigned to whoever asks.
        assigned: bool,
        /// Its change window.
        #[schema(value_type = Option<Vec<Timestamp>>)]
        window: Option<(Timestamp, Timestamp)>,
    },
    /// It could not be asked, and why.
    Away(String),
}

/// Somebody's duty now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Duty {
    /// The schedules by which they are on duty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<ScheduleRef>,
    /// Those that could not be asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub away: Vec<ScheduleRef>,
}

/// An access that somebody has, waits for, or had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// What.
    pub pair: Pair,
    /// By which rule.
    pub rule: Option<RuleId>,
    /// When it ended; `None` while it is asked for, scheduled or alive.
    pub ended: Option<Timestamp>,
}

/// What one rule, guardrail or freeze said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Judged {
    /// What it is.
    pub kind: Kind,
    /// Which.
    pub id: Uuid,
    /// Its version when it was asked.
    pub version: i64,
    /// Its name then.
    pub name: String,
    /// Whether it allows the whole of what was asked; of a guardrail or freeze whether it lets it pass.
    pub allows: bool,
    /// Why, in words.
    #[schema(value_type = String)]
    pub because: Cow<'static, str>,
    /// The same by codes, to be told in another language; none of what was judged before there were any.
    #[serde(default, deserialize_with = "super::kept::known")]
    #[schema(value_type = Vec<Reason>)]
    pub why: Cow<'static, [Reason]>,
}

impl Judged {
    /// Whether it says no more than that it has nothing to do with the matter.
    #[must_use]
    pub fn is_about_others(&self) -> bool {
        self.why.iter().any(Reason::is_about_others)
    }
}

/// How it comes to a yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// At once; somebody looks at it afterwards.
    Automatic {
        /// Who, and until when.
        review: Review,
    },
    /// At once and loudly; somebody looks at it afterwards.
    BreakGlass {
        /// Who, and until when.
        review: Review,
    },
    /// When each of these is met; never empty.
    People(Vec<Need>),
}

/// The rule that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Which rule.
    pub rule: RuleId,
    /// Its version.
    pub version: i64,
    /// The longest access from this start: by the rule, its hours and validity, and the next freeze.
    pub max: Minutes,
    /// How it comes to a yes.
    pub way: Way,
    /// A cool-down that is waited for.
    pub not_before: Option<Timestamp>,
}

/// The answer, with why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The lightest rule that allows the whole, if one does and nothing above forbids it.
    pub chosen: Option<Chosen>,
    /// The longest access that any rule would allow from this start, by whatever approval.
    pub longest: Option<Minutes>,
    /// What each guardrail and freeze said, then what each rule said, in the order of their ids.
    pub trace: Vec<Judged>,
}
