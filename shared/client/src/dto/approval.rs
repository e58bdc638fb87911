//! Deciding.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Person;
use super::request::{Item, Pair};

/// What an approver says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes.
    #[default]
    Approve,
    /// No.
    Reject,
}

/// What an approver says about a request, and about how much of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Word {
    /// Yes or no.
    pub decision: Decision,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The request's version that was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// Only about these pairs; none means all that the caller may decide.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<Pair>,
    /// With a yes: fewer minutes than were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    /// With a yes: a later start, inside the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_at: Option<Timestamp>,
}

/// One decision about some pairs of a request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Approval {
    /// Which.
    pub id: Uuid,
    /// `open`, `approved`, `rejected` or `closed`.
    pub state: String,
    /// The pairs by their places in the request.
    #[serde(default)]
    pub items: Vec<i64>,
    /// The policies that must each be met.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// The votes so far.
    #[serde(default)]
    pub votes: Vec<Vote>,
}

/// A policy that must be met.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Need {
    /// What demands it.
    #[serde(default)]
    pub because: String,
    /// Its stages, in this order.
    #[serde(default)]
    pub stages: Vec<Stage>,
    /// The stage it is in, from 0; none where it is met, and before it is asked for.
    #[serde(default)]
    pub stage: Option<usize>,
    /// Whether further people may vote.
    #[serde(default)]
    pub escalated: bool,
}

/// One stage of a policy.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Stage {
    /// How many different people must say yes.
    pub votes: u32,
}

/// One person's word.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Vote {
    /// Who.
    pub voter: Person,
    /// For whom, where they stood in for somebody.
    #[serde(default)]
    pub stands_for: Option<Person>,
    /// What.
    pub decision: Decision,
    /// What they added.
    #[serde(default)]
    pub comment: Option<String>,
}

/// Something said about a request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Comment {
    /// Which.
    pub id: Uuid,
    /// Who said it.
    pub author: Person,
    /// Whether it wants an answer.
    #[serde(default)]
    pub question: bool,
    /// The words.
    pub text: String,
    /// When.
    pub said_at: Timestamp,
}

/// What waits for the caller's decision: some pairs of a request that are decided together.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Waiting {
    /// The request.
    pub request: Uuid,
    /// The decision about these items of it.
    #[serde(default)]
    pub approval: Option<Uuid>,
    /// How urgent.
    #[serde(default)]
    pub severity: String,
    /// How long it was asked for, where an approver narrowed it.
    #[serde(default)]
    pub asked_minutes: Option<i64>,
    /// Its version, to be sent with the decision.
    pub version: i64,
    /// Where it stands.
    pub state: String,
    /// Who asked.
    pub requester: Person,
    /// Who would have the access.
    pub beneficiary: Person,
    /// Why.
    pub reason: String,
    /// The ticket named.
    pub ticket: Option<String>,
    /// How long, in minutes.
    pub minutes: i64,
    /// When the window opens; none is now.
    pub start_at: Option<Timestamp>,
    /// The grant that it would extend.
    pub extends: Option<Uuid>,
    /// When it was asked.
    pub submitted_at: Timestamp,
    /// Until when to decide.
    pub decide_by: Timestamp,
    /// What.
    pub items: Vec<Item>,
}

/// What a mail's link is about.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct LinkView {
    /// What the link would decide.
    pub decision: Decision,
    /// Whom it is bound to.
    pub approver: Person,
    /// Whether deciding with it demands signing in as that person.
    pub sign_in_required: bool,
    /// Whether that person has decided before.
    pub used: bool,
    /// When it stops being good.
    pub expires_at: Timestamp,
    /// The request.
    pub request: Waiting,
}

/// What a decision did.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Outcome {
    /// The request.
    pub request: Uuid,
    /// Where it stands now: `pending` when more votes are needed.
    pub state: String,
    /// The grants that exist now.
    #[serde(default)]
    pub grants: Vec<Uuid>,
    /// Whether rules became stricter since it was asked, so that more people must agree first.
    #[serde(default)]
    pub tightened: bool,
}
