//! May I have it, and why or why not.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::Person;
use super::approval::Need;
use super::request::Pair;

/// What might be asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Question {
    /// Who would ask; none is the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// One to fifty.
    pub pairs: Vec<Pair>,
    /// How long; without it the answer says what is possible at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    /// From when; none is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_at: Option<Timestamp>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// How urgent; none is as usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// Who would have the access; none is whoever asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beneficiary: Option<String>,
    /// The break-glass rule by which it would be taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<Uuid>,
}

/// What would happen.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Explanation {
    /// Whether the whole of it may be asked for, and somebody could decide it.
    pub allowed: bool,
    /// Whether nobody would have to decide.
    #[serde(default)]
    pub automatic: bool,
    /// What submitting it would be refused with.
    #[serde(default)]
    pub refused: Option<String>,
    /// The last word of the problem's `type` that submitting it would be answered with.
    #[serde(default)]
    pub refused_as: Option<String>,
    /// Each pair.
    #[serde(default)]
    pub pairs: Vec<PairExplanation>,
    /// Who would decide.
    #[serde(default)]
    pub approvals: Vec<ApprovalExplanation>,
    /// The rules by which all of it could be had as break-glass.
    #[serde(default)]
    pub break_glass: Vec<BreakGlassOffer>,
}

/// What the rules say about one pair.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PairExplanation {
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
    /// Whether it may be asked for.
    pub allowed: bool,
    /// The rule that is taken.
    #[serde(default)]
    pub rule: Option<Uuid>,
    /// The longest access from this start by any rule, in minutes.
    #[serde(default)]
    pub longest_minutes: Option<i64>,
    /// Why it can be no longer.
    #[serde(default)]
    pub longest_because: Option<String>,
    /// The same by a code.
    #[serde(default)]
    pub longest_why: Option<LongestWhy>,
    /// What each guardrail, freeze and rule says.
    #[serde(default)]
    pub trace: Vec<Said>,
}

/// Why an access can be no longer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum LongestWhy {
    /// Nobody may have more.
    Everybody {
        /// Minutes.
        most: i64,
    },
    /// The rule that allows the most allows no more.
    Rule {
        /// Its name.
        name: String,
        /// Minutes.
        most: i64,
    },
    /// It would allow more, but its hours, the end of its validity or the next freeze come earlier.
    Earlier {
        /// Its name.
        name: String,
        /// Minutes.
        most: i64,
    },
    /// No rule says more.
    NoRule,
    /// What this version does not know.
    #[serde(other)]
    Unknown,
}

/// What one rule, guardrail or freeze says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Said {
    /// `rule`, `guardrail` or `freeze`.
    pub kind: String,
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Whether it allows the whole, or lets it pass.
    pub allows: bool,
    /// Why, in words.
    pub because: String,
    /// The same by codes, as the API tells them; none of what was judged before there were any.
    #[serde(default)]
    pub why: Vec<Value>,
}

/// One approval that would be opened.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ApprovalExplanation {
    /// The policies that must each be met.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Who would be asked first.
    #[serde(default)]
    pub asks: AskedPeople,
    /// Whether there are enough people.
    #[serde(default)]
    pub possible: bool,
}

/// Who would be asked, by what names them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AskedPeople {
    /// Members of these groups.
    pub groups: Vec<Person>,
    /// These people, managers and owners among them.
    pub users: Vec<Person>,
    /// Whoever is on duty now.
    pub on_duty: Vec<Person>,
    /// How many on-call schedules decide.
    pub schedules: usize,
}

/// A break-glass rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BreakGlassOffer {
    /// Its id, which is what is asked for.
    pub rule: Uuid,
    /// Its name.
    pub name: String,
    /// The longest access by it, in minutes.
    pub max_minutes: i64,
}

/// Who could get a permission set in an account.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Access {
    /// The account's name.
    #[serde(default)]
    pub account_name: String,
    /// The permission set's name.
    #[serde(default)]
    pub permission_set_name: String,
    /// The rules by which somebody could, as the API tells them.
    #[serde(default)]
    pub rules: Vec<Value>,
}
