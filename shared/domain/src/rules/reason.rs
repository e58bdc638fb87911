//! Why a rule, guardrail or freeze says what it says: a code with what belongs to it, so that a page can tell it in the
//! language of its reader, and the same in English words.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ask::Judged;

/// Why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// It is for other people.
    OtherPeople,
    /// It is about something else.
    SomethingElse,
    /// It is switched off.
    SwitchedOff,
    /// The time that was asked for is over.
    TimeOver,
    /// The directory does not know the account or permission set.
    UnknownPlace,
    /// It leaves out this account.
    LeavesOut { account: String },
    /// It does not reach this account.
    NotReached { account: String },
    /// This account is not in use.
    AccountNotInUse { account: String },
    /// It is about other permission sets.
    OtherPermissionSet,
    /// It does not let the asker ask for somebody else.
    NotOnBehalf,
    /// It is for break-glass, which must be asked for by name.
    BreakGlassByName,
    /// Another break-glass rule was asked for.
    OtherBreakGlass,
    /// Its approval policy does not exist.
    PolicyMissing,
    /// It counts from then on.
    CountsFrom { from: Timestamp },
    /// It counts until then.
    CountsUntil { until: Timestamp },
    /// It allows access only at certain hours.
    OutsideHours { time_zone: String },
    /// Its cool-down lasts longer than what was asked for.
    CoolDown { until: Timestamp },
    /// There are as many accesses by it as it allows.
    TooMany { most: u32, found: usize },
    /// More time was asked for than it allows.
    TooLong { most: u32, asked: u32 },
    /// It is for other severities.
    OtherSeverity { severities: Vec<String>, asked: String },
    /// It needs a longer reason.
    ReasonTooShort { least: usize, found: usize },
    /// It needs a reason of another form.
    ReasonPattern { pattern: String },
    /// It needs a ticket.
    TicketNeeded,
    /// It needs a ticket of another form.
    TicketPattern { pattern: String },
    /// The ticket system does not have the ticket.
    TicketUnknown { system: String },
    /// The ticket is not open.
    TicketNotOpen { system: String },
    /// The ticket is not assigned to whoever asks.
    TicketNotAssigned { system: String },
    /// It lies outside the ticket's change window.
    OutsideChangeWindow { system: String, from: Timestamp, until: Timestamp },
    /// The ticket has no change window.
    NoChangeWindow { system: String },
    /// The ticket system could not be asked.
    TicketSystemAway { system: String, why: String },
    /// The ticket system was not asked.
    TicketSystemNotAsked { system: String },
    /// Nobody knows who is on duty.
    DutyUnknown,
    /// It needs an open incident.
    NeedsIncident,
    /// It needs an open incident, or duty.
    NeedsIncidentOrDuty,
    /// It needs duty.
    NeedsDuty,
    /// It allows so many minutes without an approval.
    AllowsAtOnce { minutes: u32 },
    /// The same, whatever the circumstances, and why.
    AllowsWaived { minutes: u32, waiver: String },
    /// It allows so many minutes by break-glass.
    AllowsByBreakGlass { minutes: u32 },
    /// It allows so many minutes with so many approvals.
    AllowsWithApproval { minutes: u32, votes: u32, stages: usize },
    /// The ticket system could not be asked, and the rule goes on without it.
    AssumedTicket { system: String },
    /// Nobody knows who is on duty, and the rule goes on without it.
    AssumedDuty,
    /// It denies this.
    Denies,
    /// It denies this, but spares break-glass.
    DeniesSparing,
    /// Its approval is needed as well.
    Floor,
    /// It does not hold up break-glass.
    FloorSpares,
    /// Its approval policy does not exist, so nothing passes.
    FloorBroken,
    /// It allows so many such accesses at a time.
    Cap { most: u32, found: usize },
    /// It lasts from then to then.
    FreezeLasts { from: Timestamp, until: Timestamp },
    /// It spares break-glass.
    FreezeSpares,
    /// Nothing is given in that time.
    Freeze { from: Timestamp, until: Timestamp },
    /// Whoever would have it is disabled.
    BeneficiaryDisabled,
    /// Whoever asked is disabled.
    AskerDisabled,
    /// What allowed it does not, and nothing else does.
    NoRuleAnyMore,
    /// The rule that allowed it is gone.
    RuleGone,
}

impl Reason {
    /// In English, as the end of a sentence that begins with its name.
    #[must_use]
    pub fn words(&self) -> Cow<'static, str> {
        match self {
            Self::OtherPeople => "it is for other people".into(),
            Self::SomethingElse => "it is about something else".into(),
            Self::SwitchedOff => "it is switched off".into(),
            Self::TimeOver => "the time that was asked for is over".into(),
            Self::UnknownPlace => "the directory does not know the account or permission set".into(),
            Self::LeavesOut { account } => format!("it leaves out account {account}").into(),
            Self::NotReached { account } => format!("it does not reach account {account}").into(),
            Self::AccountNotInUse { account } => format!("account {account} is not in use").into(),
            Self::OtherPermissionSet => "it does not allow this permission set".into(),
            Self::NotOnBehalf => "it does not let the asker ask for somebody else".into(),
            Self::BreakGlassByName => "it is for break-glass, which must be asked for by name".into(),
            Self::OtherBreakGlass => "it is not the break-glass rule that was asked for".into(),
            Self::PolicyMissing => "its approval policy does not exist".into(),
            Self::CountsFrom { from } => format!("it counts from {from} on").into(),
            Self::CountsUntil { until } => format!("it counts until {until}").into(),
            Self::OutsideHours { time_zone } => {
                format!("it allows access only at certain hours ({time_zone}), and this would be outside them").into()
            }
            Self::CoolDown { until } => {
                format!("its cool-down lasts until {until}, longer than what was asked for").into()
            }
            Self::TooMany { most, found } => {
                format!("it allows {most} accesses at a time, and there are {found}").into()
            }
            Self::TooLong { most, asked } => format!("it allows at most {most} minutes, {asked} were asked for").into(),
            Self::OtherSeverity { severities, asked } => {
                format!("it is for severity {}, not {asked}", severities.join(" or ")).into()
            }
            Self::ReasonTooShort { least, found } => {
                format!("it needs a reason of at least {least} characters, this one has {found}").into()
            }
            Self::ReasonPattern { pattern } => format!("it needs a reason that matches {pattern}").into(),
            Self::TicketNeeded => "it needs a ticket".into(),
            Self::TicketPattern { pattern } => format!("it needs a ticket that matches {pattern}").into(),
            Self::TicketUnknown { system } => format!("{system} has no such ticket").into(),
            Self::TicketNotOpen { system } => format!("the ticket in {system} is not open").into(),
            Self::TicketNotAssigned { system } => {
                format!("the ticket in {system} is not assigned to whoever asks").into()
            }
            Self::OutsideChangeWindow { system, from, until } => {
                format!("the change window in {system} is from {from} to {until}, and this lies outside it").into()
            }
            Self::NoChangeWindow { system } => format!("the ticket in {system} has no change window").into(),
            Self::TicketSystemAway { system, why } => {
                format!("{system} could not be asked about the ticket: {why}").into()
            }
            Self::TicketSystemNotAsked { system } => format!("{system} was not asked about the ticket").into(),
            Self::DutyUnknown => "the on-call service could not be asked who is on duty".into(),
            Self::NeedsIncident => "it needs an open incident that covers the account".into(),
            Self::NeedsIncidentOrDuty => "it needs an open incident that covers the account, or current duty".into(),
            Self::NeedsDuty => "it needs current on-call duty".into(),
            Self::AllowsAtOnce { minutes } => format!("it allows up to {minutes} minutes without an approval").into(),
            Self::AllowsWaived { minutes, waiver } => {
                format!("it allows up to {minutes} minutes without an approval (conditions waived: {waiver})").into()
            }
            Self::AllowsByBreakGlass { minutes } => format!("it allows up to {minutes} minutes by break-glass").into(),
            Self::AllowsWithApproval { minutes, votes, stages } => {
                format!("it allows up to {minutes} minutes with {votes} approval(s) in {stages} stage(s)").into()
            }
            Self::AssumedTicket { system } => {
                format!("{system} could not be asked about the ticket, and the rule goes on without it").into()
            }
            Self::AssumedDuty => {
                "the on-call service could not be asked who is on duty, and the rule goes on without it".into()
            }
            Self::Denies => "it denies this".into(),
            Self::DeniesSparing => "it denies this, but spares break-glass".into(),
            Self::Floor => "its approval is needed as well".into(),
            Self::FloorSpares => "it does not hold up break-glass".into(),
            Self::FloorBroken => "its approval policy does not exist; nothing passes until it does".into(),
            Self::Cap { most, found } => {
                format!("it allows {most} such accesses at a time, and there are {found}").into()
            }
            Self::FreezeLasts { from, until } => format!("it lasts from {from} to {until}").into(),
            Self::FreezeSpares => "it spares break-glass".into(),
            Self::Freeze { from, until } => {
                format!("nothing is given from {from} to {until}; ask for a time outside it").into()
            }
            Self::BeneficiaryDisabled => "whoever would have the access is disabled".into(),
            Self::AskerDisabled => "whoever asked is disabled".into(),
            Self::NoRuleAnyMore => "no rule allows it any more".into(),
            Self::RuleGone => "the rule that allowed it is gone, and no other allows it".into(),
        }
    }

    /// It and no other. What most rules say of most questions takes no memory.
    pub(super) fn alone(self) -> Cow<'static, [Self]> {
        const OTHER_PEOPLE: &[Reason] = &[Reason::OtherPeople];
        const SOMETHING_ELSE: &[Reason] = &[Reason::SomethingElse];
        match self {
            Self::OtherPeople => Cow::Borrowed(OTHER_PEOPLE),
            Self::SomethingElse => Cow::Borrowed(SOMETHING_ELSE),
            other => Cow::Owned(vec![other]),
        }
    }

    /// Whether it says no more than that it has nothing to do with the matter.
    #[must_use]
    pub const fn is_about_others(&self) -> bool {
        matches!(self, Self::OtherPeople | Self::SomethingElse | Self::SwitchedOff)
    }
}

/// What does not allow something, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Refused {
    /// The name of the rule, guardrail or freeze; absent where none is left that could say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why, by codes.
    #[serde(default, deserialize_with = "super::kept::known")]
    pub why: Vec<Reason>,
}

impl Refused {
    /// Nothing that has a name.
    #[must_use]
    pub fn by_nothing(why: Reason) -> Self {
        Self { by: None, why: vec![why] }
    }
}

impl From<&Judged> for Refused {
    fn from(judged: &Judged) -> Self {
        Self { by: Some(judged.name.clone()), why: judged.why.to_vec() }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(by) = &self.by {
            write!(f, "{by}: ")?;
        }
        f.write_str(&in_words(&self.why))
    }
}

/// Several in a row.
#[must_use]
pub fn in_words(reasons: &[Reason]) -> Cow<'static, str> {
    match reasons {
        [one] => one.words(),
        several => several.iter().map(Reason::words).collect::<Vec<_>>().join("; ").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_and_what_belongs_to_it_go_over_the_wire() {
        let reasons = [Reason::AllowsAtOnce { minutes: 60 }, Reason::AssumedTicket { system: "jira".to_owned() }];
        let wire = serde_json::json!([{ "code": "allows_at_once", "minutes": 60 },
            { "code": "assumed_ticket", "system": "jira" }]);
        assert_eq!(serde_json::to_value(&reasons).unwrap(), wire);
        assert_eq!(serde_json::from_value::<Vec<Reason>>(wire).unwrap(), reasons);
        assert_eq!(
            in_words(&reasons),
            "it allows up to 60 minutes without an approval; jira could not be asked about the ticket, and the rule goes \
             on without it"
        );
        assert_eq!(serde_json::to_value(Reason::Denies).unwrap(), serde_json::json!({ "code": "denies" }));
    }

    #[test]
    fn what_a_later_version_wrote_is_still_there_in_words() {
        let kept = |why: serde_json::Value| {
            serde_json::json!({ "kind": "rule", "id": uuid::Uuid::nil(), "version": 1, "name": "a rule", "allows": false,
                "because": "as it was written", "why": why })
        };
        let read = |why| serde_json::from_value::<Judged>(kept(why)).unwrap();
        assert_eq!(*read(serde_json::json!([{ "code": "denies" }])).why, [Reason::Denies]);
        let later = read(serde_json::json!([{ "code": "denies" }, { "code": "the moon is full" }]));
        assert_eq!((&*later.why, &*later.because), (&[][..], "as it was written"));
    }
}
