//! What was asked. Old rows are read with patience, since nobody can mend them any more: what is not understood stays
//! in `original`. Whether a row is good enough to be adopted is [`crate::adopt`]'s matter.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::dynamo::{Fields, Item, plain};
use crate::{Place, Problem};

/// Where a request of TEAM's stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(into = "String")]
pub enum Status {
    /// Waiting for its decision.
    Pending,
    /// Somebody said yes; TEAM has not scheduled it yet.
    Approved,
    /// Its start has not come.
    Scheduled,
    /// TEAM has given it.
    InProgress,
    /// TEAM took it away at its end.
    Ended,
    /// Somebody took it away, or gave it back.
    Revoked,
    /// Somebody said no.
    Rejected,
    /// The requester took it back.
    Cancelled,
    /// Nobody decided in time.
    Expired,
    /// TEAM failed, at whatever step.
    Error,
    /// What TEAM is not known to write.
    Other(String),
}

impl Status {
    fn of(text: &str) -> Self {
        match text.to_lowercase().as_str() {
            "pending" => Self::Pending,
            "approved" => Self::Approved,
            "scheduled" => Self::Scheduled,
            "in progress" => Self::InProgress,
            "ended" => Self::Ended,
            "revoked" => Self::Revoked,
            "rejected" => Self::Rejected,
            "cancelled" => Self::Cancelled,
            "expired" => Self::Expired,
            "error" => Self::Error,
            _ => Self::Other(text.chars().take(40).collect()),
        }
    }

    /// TEAM's word for it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Scheduled => "scheduled",
            Self::InProgress => "in progress",
            Self::Ended => "ended",
            Self::Revoked => "revoked",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Error => "error",
            Self::Other(text) => text,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Status> for String {
    fn from(status: Status) -> Self {
        status.as_str().to_owned()
    }
}

/// A row of `requests`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamRequest {
    /// Where it was read.
    pub place: Place,
    /// TEAM's id.
    pub id: String,
    /// The name in Identity Center, without TEAM's `idc_`.
    pub user_name: Option<String>,
    /// The requester's address then.
    pub email: Option<String>,
    /// Twelve digits, if it is right.
    pub account: Option<String>,
    /// The account's name then.
    pub account_name: Option<String>,
    /// The permission set's ARN, if it is right.
    pub permission_set: Option<String>,
    /// The permission set's name then.
    pub permission_set_name: Option<String>,
    /// The start that was asked for; once given, the moment of that.
    pub start: Option<Timestamp>,
    /// How long.
    pub hours: Option<u32>,
    /// When TEAM took it away.
    pub end: Option<Timestamp>,
    /// Why.
    pub reason: Option<String>,
    /// The ticket.
    pub ticket: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// Who decided.
    pub approver: Option<String>,
    /// What they said.
    pub comment: Option<String>,
    /// Who took it away.
    pub revoker: Option<String>,
    /// What they said.
    pub revoke_comment: Option<String>,
    /// When it was asked.
    pub created: Option<Timestamp>,
    /// When the row changed last.
    pub updated: Option<Timestamp>,
    /// Everything, as plain JSON.
    pub original: serde_json::Value,
}

impl TeamRequest {
    /// # Errors
    /// When it has no id or no status.
    pub fn parse(item: &Item, place: &Place) -> Result<Self, Problem> {
        let fields = Fields::new(item, place, "requests");
        let text = |name: &str| fields.text(name).ok().flatten();
        let moment = |name: &str| fields.moment(name).ok().flatten();
        let account_of = |name: &str| text(name).map(|user| without_prefix(&user).to_owned());
        Ok(Self {
            place: place.clone(),
            id: fields.needed("id")?,
            status: Status::of(&fields.needed("status")?),
            user_name: account_of("username").or_else(|| account_of("owner")),
            email: text("email"),
            account: text("accountId"),
            account_name: text("accountName"),
            permission_set: text("roleId"),
            permission_set_name: text("role"),
            start: moment("startTime"),
            hours: fields.hours("duration").ok().flatten(),
            end: moment("endTime"),
            reason: text("justification"),
            ticket: text("ticketNo"),
            approver: text("approver").or_else(|| account_of("approverId")),
            comment: text("comment"),
            revoker: text("revoker").or_else(|| account_of("revokerId")),
            revoke_comment: text("revokeComment"),
            created: moment("createdAt"),
            updated: moment("updatedAt"),
            original: plain(item),
        })
    }

    /// When TEAM would take it away: so many hours from its start, which TEAM overwrites when it gives it.
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        let hours = SignedDuration::from_hours(i64::from(self.hours?));
        self.start?.checked_add(hours).ok()
    }
}

/// TEAM names people as Cognito does: `idc_` and the name in Identity Center.
fn without_prefix(user: &str) -> &str {
    match user.get(..4) {
        Some(prefix) if prefix.eq_ignore_ascii_case("idc_") => user.get(4..).unwrap_or_default(),
        _ => user,
    }
}
