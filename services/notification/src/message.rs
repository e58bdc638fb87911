//! What a planned mail holds: ids and resolved names, as they were when the fact was told. Links are not in
//! it; they are minted as the mail leaves.

use domain::fact::Evidence;
use domain::grant::EndReason;
use domain::{AccountId, ApprovalId, ChangeId, RequestId, ReviewId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A mail to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Whom it reaches.
    pub to: To,
    /// The request that it is about, where it is about one.
    pub about: Option<About>,
    /// What there is to tell.
    pub news: News,
    /// Whether it reaches somebody for whom another person asked.
    #[serde(default)]
    pub for_you: bool,
}

/// Whom a mail reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct To {
    /// What people call them.
    pub name: String,
    /// Their address.
    pub address: String,
}

/// What the request is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Which.
    pub request: RequestId,
    /// Who asked.
    pub requester: String,
    /// Who has the access, where that is somebody else.
    pub beneficiary: Option<String>,
    /// Where and what; of a single access only its own.
    pub places: Vec<Place>,
    /// How long; for an extension how much longer.
    pub minutes: i32,
    /// How long it was asked for, where an approver allowed less.
    #[serde(default)]
    pub asked_minutes: Option<i32>,
    /// When the window opens; `None` is at once.
    pub start_at: Option<Timestamp>,
    /// Why.
    pub reason: String,
    /// The ticket named.
    pub ticket: Option<String>,
    /// Whether more time is asked for on an access that is there.
    pub extends: bool,
    /// How urgent, where it is not as usual.
    #[serde(default)]
    pub severity: Option<String>,
    /// Whether it was taken without asking anybody.
    #[serde(default)]
    pub break_glass: bool,
}

/// One pair, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The account.
    pub account: AccountId,
    /// What people call it.
    pub account_name: String,
    /// What people call the permission set.
    pub permission_set: String,
}

/// Why somebody is asked to decide just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// It was submitted.
    #[default]
    New,
    /// Others agreed, and it is their turn.
    Stage,
    /// It takes long.
    Reminder,
    /// It takes too long, and they may decide as well.
    Escalation,
    /// Rules changed meanwhile, and they have to agree as well.
    Tightened,
}

/// What there is to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum News {
    /// To an approver: please decide. Without an approval there are several, and the request's page shows them.
    Asked {
        approval: Option<ApprovalId>,
        decide_by: Timestamp,
        #[serde(default)]
        occasion: Occasion,
        /// Those whom they stand in for, where they are asked only in their place.
        #[serde(default)]
        in_place_of: Vec<String>,
    },
    /// To whom it is for: somebody else asked.
    AskedForYou,
    /// To those who were asked: nothing to decide any more.
    Withdrawn,
    /// Somebody said yes, or a rule; not to all of it where something is left out.
    Approved {
        by: Option<String>,
        #[serde(default)]
        without: Vec<Place>,
    },
    /// Some of it was decided, and the rest waits.
    Partly { approved: bool },
    /// Somebody said no.
    Rejected { by: String, comment: Option<String> },
    /// Nobody decided in time.
    TimedOut,
    /// Somebody asked or answered something.
    Commented { by: String, question: bool, text: String },
    /// The alarm: access was taken without asking anybody.
    BreakGlass { rule: String },
    /// The access begins later than it was approved for: the rules demand a rest.
    Postponed { start_at: Timestamp },
    /// The access is there.
    Ready { deadline_at: Timestamp },
    /// The access lasts longer.
    Extended { from: Timestamp, deadline_at: Timestamp },
    /// The access is gone.
    Ended { reason: EndReason, detail: Option<String>, evidence: Evidence },
    /// The access never came to be.
    Failed { detail: Option<String>, evidence: Evidence },
    /// To those who oversee: credentials of an ended access still work.
    SessionsNotCut { until: Timestamp, why: String },
    /// To a reviewer: please look at it.
    ReviewDue { review: ReviewId, break_glass: bool, due_at: Timestamp },
    /// The look is late; `owed` to those whose access it is about.
    ReviewOverdue { review: ReviewId, break_glass: bool, owed: bool },
    /// Somebody looked.
    Reviewed { by: String, concern: bool, comment: Option<String> },
    /// Somebody stands in for somebody.
    Delegated { from: String, to: String, starts_at: Timestamp, ends_at: Timestamp, reason: Option<String> },
    /// No longer.
    DelegationEnded { from: String, to: String },
    /// To an admin: please agree to a change of rules, or refuse it.
    ChangeProposed { change: ChangeId, by: String, edits: i32, reason: Option<String> },
    /// To whoever proposed it.
    ChangeDecided {
        change: ChangeId,
        by: String,
        applied: bool,
        #[serde(default)]
        overtaken: bool,
    },
    /// To those who oversee: an admin changed the rules where two should have, and there was no second one.
    ChangedAlone { change: ChangeId, by: String, edits: i32 },
    /// To an admin: a rule or guardrail reaches further than before, though nobody changed it.
    Matched { what: String, name: String, accounts: Vec<String>, permission_sets: Vec<String> },
}
