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
    /// The policy, where it has a name.
    #[serde(default)]
    pub policy: Option<NamedPolicy>,
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
    /// Members of these groups vote.
    #[serde(default)]
    pub groups: Vec<Person>,
    /// These people vote.
    #[serde(default)]
    pub users: Vec<Person>,
    /// Whether the manager of whoever gets the access votes.
    #[serde(default)]
    pub manager: bool,
    /// Whether the owners of the account vote.
    #[serde(default)]
    pub owners: bool,
    /// Whoever is on duty by one of these votes.
    #[serde(default)]
    pub on_call: Vec<OnCallSchedule>,
}

/// A policy with a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NamedPolicy {
    /// What people call it.
    pub name: String,
}

/// An on-call schedule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OnCallSchedule {
    /// Its id where it is kept.
    #[serde(default)]
    pub id: String,
    /// Its name, where Curfew knows one.
    #[serde(default)]
    pub name: Option<String>,
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
    /// In which of the policies, by its place from 0.
    #[serde(default)]
    pub need: usize,
    /// In which of its stages, by its place from 0.
    #[serde(default)]
    pub stage: usize,
    /// How long they allowed, in minutes, where that is less than was asked for.
    #[serde(default)]
    pub minutes: Option<i64>,
    /// How it came: `signed_in`, `link_signed_in` or `link_alone`.
    #[serde(default)]
    pub channel: Option<String>,
    /// When.
    #[serde(default)]
    pub voted_at: Option<Timestamp>,
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
    /// What must be met.
    #[serde(default)]
    pub needs: Vec<WaitingNeed>,
    /// The votes so far.
    #[serde(default)]
    pub votes: Vec<Vote>,
}

/// What must be met, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WaitingNeed {
    /// The rule or guardrail that demands it.
    pub because: String,
    /// The approval policy, where it has a name.
    #[serde(default)]
    pub policy: Option<String>,
    /// How many stages it has.
    #[serde(default)]
    pub stages: usize,
    /// The stage that waits, by its place from 0; none where the need is met.
    #[serde(default)]
    pub stage: Option<usize>,
    /// How many people must say yes in that stage.
    #[serde(default)]
    pub votes_needed: u32,
    /// How many have.
    #[serde(default)]
    pub votes: usize,
    /// Whether further people are asked because it takes long.
    #[serde(default)]
    pub escalated: bool,
}

/// One decision with everything that helps to take it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ApprovalDetail {
    /// What it is about, and how far it is.
    #[serde(flatten)]
    pub about: Waiting,
    /// What must be met, in the order of `needs`.
    #[serde(default)]
    pub policies: Vec<ApprovalPolicy>,
    /// The newest accesses of the same person to the same.
    #[serde(default)]
    pub before: Vec<EarlierGrant>,
}

/// Who may vote in a policy.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ApprovalPolicy {
    /// Who may vote in its current stage now and has not; not all where they are many.
    #[serde(default)]
    pub may_vote: Vec<Person>,
    /// How many there are.
    #[serde(default)]
    pub may_vote_count: usize,
    /// Whether the caller's word would count in it now.
    #[serde(default)]
    pub mine: bool,
}

/// An earlier access of the same person to the same.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EarlierGrant {
    /// The request that it came from.
    pub request: Uuid,
    /// Where it stands.
    pub state: String,
    /// How long it was for, in minutes.
    pub minutes: i64,
    /// When it was approved.
    pub approved_at: Timestamp,
    /// Since when AWS showed it.
    #[serde(default)]
    pub active_at: Option<Timestamp>,
    /// When it was gone.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    #[serde(default)]
    pub reason: Option<String>,
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
