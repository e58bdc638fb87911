//! Deciding.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Person;
use super::request::Item;

/// What an approver says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes.
    Approve,
    /// No.
    Reject,
}

/// A request that waits for the caller's decision.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Waiting {
    /// The request.
    pub request: Uuid,
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
}
