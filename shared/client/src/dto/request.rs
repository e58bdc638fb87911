//! Asking.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::approval::{Approval, Comment, Need};
use super::explanation::Said;
use super::grant::Grant;
use super::profile::Profile;
use super::review::Review;
use super::{Person, query};

/// Who calls.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Me {
    /// A person.
    User {
        /// The immutable id in Identity Store.
        id: String,
        /// The display name.
        name: String,
        /// Whether they may change rules and settings.
        #[serde(default)]
        admin: bool,
        /// Whether they may read everything.
        #[serde(default)]
        auditor: bool,
        /// Whether they own an account or a unit.
        #[serde(default)]
        owner: bool,
        /// What limits every request.
        #[serde(default)]
        limits: Limits,
        /// That new access does not begin just now.
        #[serde(default)]
        paused: Option<Box<Paused>>,
        /// How they want pages to look; none where they never said so.
        #[serde(default)]
        profile: Option<Profile>,
    },
    /// An OAuth2 client.
    Machine {
        /// Its id.
        client: String,
    },
}

/// That new access does not begin just now.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Paused {
    /// Since when.
    pub since: Timestamp,
    /// Who paused it, as far as the caller may know.
    #[serde(default)]
    pub by: Option<Person>,
    /// Why, as far as the caller may know.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What limits every request; rules may be narrower.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// The longest access, in minutes.
    pub max_minutes: i64,
    /// The duration that is proposed, in minutes.
    pub default_minutes: i64,
    /// How many days ahead a start may lie.
    pub start_within_days: i64,
    /// How many characters a reason must have.
    pub min_reason: usize,
    /// How urgent something can be, the most urgent first.
    pub severities: Vec<String>,
}

/// One (account, permission set).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Twelve digits.
    pub account: String,
    /// The permission set's ARN.
    pub permission_set: String,
}

/// What to ask for.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct NewRequest {
    /// One to fifty.
    pub pairs: Vec<Pair>,
    /// How long.
    pub minutes: i64,
    /// Why.
    pub reason: String,
    /// A ticket in another system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// When the window opens; none is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_at: Option<Timestamp>,
    /// Who shall have the access; none is the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beneficiary: Option<String>,
    /// How urgent; none is as usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// The break-glass rule by which it is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<Uuid>,
    /// The caller's template that it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<Uuid>,
}

/// One pair of a request with its names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Item {
    /// Twelve digits.
    pub account: String,
    /// The account's name.
    #[serde(default)]
    pub account_name: String,
    /// The permission set's ARN.
    pub permission_set: String,
    /// The permission set's name.
    #[serde(default)]
    pub permission_set_name: String,
    /// Where this pair stands; left out where it stands inside its approval.
    #[serde(default)]
    pub state: Option<String>,
    /// The approval that decides it.
    #[serde(default)]
    pub approval: Option<Uuid>,
    /// The access that came of it.
    #[serde(default)]
    pub grant: Option<Uuid>,
    /// The rule that allowed it.
    #[serde(default)]
    pub rule: Option<Uuid>,
    /// How long a session may go on that began in the access's last moment, in minutes; only where it is decided about.
    #[serde(default)]
    pub session_minutes: Option<i64>,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Request {
    /// Which.
    pub id: Uuid,
    /// Counts its changes.
    pub version: i64,
    /// `pending`, `approved`, `rejected`, `cancelled` or `timed_out`.
    pub state: String,
    /// Who asked.
    pub requester: Person,
    /// Who would have the access.
    pub beneficiary: Person,
    /// Why.
    pub reason: String,
    /// The ticket named.
    #[serde(default)]
    pub ticket: Option<String>,
    /// How long, in minutes.
    pub minutes: i64,
    /// When the window opens; none is now.
    #[serde(default)]
    pub start_at: Option<Timestamp>,
    /// The grant that it would extend.
    #[serde(default)]
    pub extends: Option<Uuid>,
    /// When it was asked.
    pub submitted_at: Timestamp,
    /// When it times out undecided.
    pub decide_by: Timestamp,
    /// When it was decided.
    #[serde(default)]
    pub decided_at: Option<Timestamp>,
    /// What.
    #[serde(default)]
    pub items: Vec<Item>,
    /// The accesses that came of it, as the API tells them.
    #[serde(default)]
    pub grants: Vec<Grant>,
    /// How urgent.
    #[serde(default)]
    pub severity: String,
    /// The break-glass rule by which it was taken.
    #[serde(default)]
    pub break_glass: Option<Uuid>,
    /// What was asked for, where an approver narrowed it.
    #[serde(default)]
    pub asked: Option<AskedFor>,
    /// Its decisions; only where one request is shown.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// What was asked and answered about it; only where one request is shown.
    #[serde(default)]
    pub comments: Vec<Comment>,
    /// The looks that it owes or owed; only where one request is shown.
    #[serde(default)]
    pub reviews: Vec<Review>,
    /// What the rules said when it was asked; only where one request is shown.
    #[serde(default)]
    pub trace: Vec<PairTrace>,
    /// Since when nobody's new access begins, where it is in the way of this request's.
    #[serde(default)]
    pub paused_since: Option<Timestamp>,
}

/// What the rules said about one pair.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PairTrace {
    /// Which pair.
    pub pair: Pair,
    /// The rule that was taken.
    #[serde(default)]
    pub rule: Option<Uuid>,
    /// What each guardrail, freeze and rule said.
    #[serde(default)]
    pub rules: Vec<Said>,
    /// How many more there were that are for other people or about something else.
    #[serde(default)]
    pub others: usize,
}

/// What was asked for before an approver narrowed it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AskedFor {
    /// How long, in minutes.
    pub minutes: i64,
    /// When the window would have opened.
    #[serde(default)]
    pub start_at: Option<Timestamp>,
}

/// Which requests to list.
#[derive(Debug, Clone, Default)]
pub struct RequestFilter {
    /// `mine`, `waiting` or `all`.
    pub role: Option<String>,
    /// Only this state.
    pub state: Option<String>,
    /// Only about this account.
    pub account: Option<String>,
    /// With everybody's, only this person's, by immutable id.
    pub person: Option<String>,
    /// Only those submitted at this moment or later.
    pub since: Option<Timestamp>,
    /// Only those submitted before this moment.
    pub until: Option<Timestamp>,
    /// The page after this cursor.
    pub cursor: Option<String>,
    /// How many at most.
    pub limit: Option<u16>,
}

impl RequestFilter {
    pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
        query([
            ("role", self.role.clone()),
            ("state", self.state.clone()),
            ("account", self.account.clone()),
            ("person", self.person.clone()),
            ("since", self.since.map(|at| at.to_string())),
            ("until", self.until.map(|at| at.to_string())),
            ("cursor", self.cursor.clone()),
            ("limit", self.limit.map(|l| l.to_string())),
        ])
    }
}

/// What the caller may ask for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Eligibility {
    /// By each rule.
    pub items: Vec<Offer>,
    /// Every account that an item names, once.
    pub accounts: Vec<OfferedAccount>,
    /// Every permission set that an item names, once.
    pub permission_sets: Vec<OfferedPermissionSet>,
}

/// What one rule offers the caller: each of its accounts with each of its permission sets.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Offer {
    /// The rule.
    pub rule: Uuid,
    /// What people call it.
    pub name: String,
    /// Where, by the accounts' ids.
    pub accounts: Vec<String>,
    /// What, by the permission sets' ARNs.
    pub permission_sets: Vec<String>,
    /// The longest access, in minutes.
    pub max_minutes: i64,
    /// What the ticket must be like.
    #[serde(default)]
    pub ticket: TicketDemand,
    /// Whether it is taken only when it is asked for by the rule's id.
    #[serde(default)]
    pub break_glass: bool,
    /// Whether nobody has to decide, when the rule's conditions hold.
    #[serde(default)]
    pub automatic: bool,
    /// Who would decide; none where nobody has to.
    #[serde(default)]
    pub approval: Option<Need>,
}

impl Offer {
    /// Whether one person's yes is enough, and no ticket has to be named.
    #[must_use]
    pub fn needs_one_vote(&self) -> bool {
        let votes = self.approval.iter().flat_map(|need| &need.stages).map(|stage| stage.votes);
        votes.eq([1]) && !self.ticket.required
    }
}

/// What the ticket must be like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct TicketDemand {
    /// Whether one must be named.
    #[serde(default)]
    pub required: bool,
    /// What the whole of it must match.
    #[serde(default)]
    pub pattern: Option<String>,
}

/// An account to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OfferedAccount {
    /// Twelve digits.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A permission set to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OfferedPermissionSet {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
}
