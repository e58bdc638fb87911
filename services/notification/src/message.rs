//! What a planned mail holds: ids and resolved names, as they were when the fact was told. Links are not in
//! it; they are minted as the mail leaves.

use domain::fact::Evidence;
use domain::grant::EndReason;
use domain::{AccountId, ApprovalId, RequestId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A mail to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Whom it reaches.
    pub to: To,
    /// The request that it is about.
    pub about: About,
    /// What there is to tell.
    pub news: News,
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
    /// When the window opens; `None` is at once.
    pub start_at: Option<Timestamp>,
    /// Why.
    pub reason: String,
    /// The ticket named.
    pub ticket: Option<String>,
    /// Whether more time is asked for on an access that is there.
    pub extends: bool,
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

/// What there is to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum News {
    /// To an approver: please decide.
    Asked { approval: ApprovalId, decide_by: Timestamp },
    /// To those who were asked: nothing to decide any more.
    Withdrawn,
    /// Somebody said yes, or a rule.
    Approved { by: Option<String> },
    /// Somebody said no.
    Rejected { by: String, comment: Option<String> },
    /// Nobody decided in time.
    TimedOut,
    /// The access is there.
    Ready { deadline_at: Timestamp },
    /// The access lasts longer.
    Extended { from: Timestamp, deadline_at: Timestamp },
    /// The access is gone.
    Ended { reason: EndReason, detail: Option<String>, evidence: Evidence },
    /// The access never came to be.
    Failed { detail: Option<String>, evidence: Evidence },
}
