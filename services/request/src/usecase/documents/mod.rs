//! Changing rules, approval policies, guardrails, freezes, owners and schedules. Everything that changes them comes
//! through [`apply`]: one edit over the API, a set of edits, files, what a second person agreed to, and the way back
//! in for whoever locked everybody out.

mod affected;
mod announce;
mod apply;
mod built_in;
mod check;
mod decide;
mod draft;
mod edits;
mod long_sessions;
mod refused;
mod second_person;

use std::collections::BTreeSet;

use domain::ChangeId;
use domain::rules::{Document, Edit, Impact};
use judge::Books;
use runtime::Settings;
use runtime::settings::SecondPerson;
use serde::{Deserialize, Serialize};
use store::changes::Change;
use utoipa::ToSchema;

pub use affected::Affected;
pub use announce::announce;
pub use apply::{apply, recover};
pub use built_in::{BUILT_IN, build_in};
pub use decide::{agree, refuse, weigh_now, withdraw};
pub use long_sessions::LongSessions;
pub use refused::{InUse, Refused, Why, word};

/// What changing documents goes by. Cheap to clone; one for a process.
#[derive(Clone)]
pub struct Desk {
    /// The compiled rules.
    pub books: Books,
    /// The longest access that a rule may give, in minutes.
    pub most_minutes: u32,
    /// Whether rules may reach the management account.
    pub management_account: bool,
    /// Whether `PagerDuty` can be asked.
    pub pagerduty: bool,
    /// The ticket systems of the settings.
    pub ticket_systems: BTreeSet<String>,
    /// How urgent something can be.
    pub severities: Vec<String>,
    /// Which changes need two.
    pub second_person: SecondPerson,
    /// The groups of admins, by id or by name.
    pub admin_groups: Vec<String>,
}

impl Desk {
    /// From what the operator set.
    #[must_use]
    pub fn new(settings: &Settings, books: Books) -> Self {
        Self {
            books,
            most_minutes: settings.requests.max_minutes,
            management_account: settings.aws.management_account,
            pagerduty: settings.on_call.pagerduty_token.is_some(),
            ticket_systems: settings.tickets.systems.keys().cloned().collect(),
            severities: settings.requests.severities.clone(),
            second_person: settings.policy.second_person,
            admin_groups: settings.personas.admin_groups.clone(),
        }
    }
}

/// What somebody wants done, all of it or nothing.
#[derive(Debug, Clone, Default)]
pub struct Proposal {
    /// What, each document at most once.
    pub edits: Vec<Edit>,
    /// The revision of all documents that was seen; another one is refused.
    pub revision: Option<i64>,
    /// Why.
    pub reason: Option<String>,
    /// Only say what it would mean.
    pub dry_run: bool,
}

impl Proposal {
    /// One edit.
    #[must_use]
    pub fn one(edit: Edit, dry_run: bool) -> Self {
        Self { edits: vec![edit], dry_run, ..Self::default() }
    }
}

/// What a change means.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Weighed {
    /// What it makes easier to get, and whether it does at all.
    pub impact: Impact,
    /// Access that people have or will have by an approval, and that would not be allowed any more. None of it is
    /// ended by the change; `POST /v1/grants/revoke` ends it.
    pub affected: Vec<Affected>,
    /// Permission sets of its rules whose sessions last longer than an hour: so long credentials may live on when access
    /// ends, unless they are cut.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub long_sessions: Vec<LongSessions>,
}

/// What is in force now.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The documents that were made or changed, in the order of the edits; those that said the same already as well.
    pub documents: Vec<Document>,
    /// What it means.
    pub weighed: Weighed,
    /// The revision of all documents after it.
    pub revision: i64,
    /// The note of it, where two people should have been asked and there was but one.
    pub alone: Option<ChangeId>,
}

/// What would be.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The documents as they would be.
    pub documents: Vec<Document>,
    /// What it would mean.
    pub weighed: Weighed,
    /// The revision of all documents now.
    pub revision: i64,
    /// Whether it would wait for a second person.
    pub second_person: bool,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is in force with the commit.
    Applied(Box<Applied>),
    /// It waits for a second person.
    Waiting(Box<Change>, Box<Weighed>),
    /// Nothing was done.
    Previewed(Box<Preview>),
}
