//! Why somebody does not get to ask, in words that say what would be right.

use std::collections::BTreeSet;

use domain::grant::{EXTENSION_CLOSES, GrantState};
use domain::rules::{Judged, Kind, Severity};
use domain::text::InvalidText;
use domain::{AccountId, Pair, PermissionSetArn, RequestId, RuleId, UserId};
use jiff::Timestamp;
use judge::{PairJudged, Shortage, Unjudged};
use runtime::settings::Requests as Limits;
use store::StoreError;

/// A refusal; nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Only people have access.
    #[error("only a person can ask for access")]
    NotAPerson,
    /// Not a pair in sight.
    #[error("give at least one pair of account and permission set")]
    NoPairs,
    /// More than fit.
    #[error("{found} pairs were given; a request has at most {most}")]
    TooManyPairs {
        /// How many were given.
        found: usize,
        /// How many may be.
        most: usize,
    },
    /// The same twice.
    #[error("account {} with {} is there twice", .pair.account, .pair.permission_set)]
    DuplicatePair {
        /// What.
        pair: Pair,
    },
    /// Nobody of this id.
    #[error("nobody in the directory has the id {0}")]
    UnknownBeneficiary(UserId),
    /// They were disabled or deleted.
    #[error("the user {0} is disabled")]
    UserDisabled(UserId),
    /// No account of this id.
    #[error("there is no account {0} in the organization")]
    UnknownAccount(AccountId),
    /// It is suspended, closed, or has left.
    #[error("account {0} is not in use")]
    InactiveAccount(AccountId),
    /// No permission set of this ARN.
    #[error("there is no permission set {0}")]
    UnknownPermissionSet(PermissionSetArn),
    /// Not a duration.
    #[error(transparent)]
    Minutes(InvalidText),
    /// Longer than anybody may have.
    #[error("{asked} minutes were asked for; at most {most} are allowed")]
    TooLong {
        /// How long, the part already had included.
        asked: i64,
        /// How long at most.
        most: u32,
    },
    /// It has begun already.
    #[error("the start {start} lies in the past; it is {now}")]
    StartInPast {
        /// When.
        start: Timestamp,
        /// Now.
        now: Timestamp,
    },
    /// Nobody can know that yet.
    #[error("the start {start} lies more than {days} days ahead")]
    StartTooFar {
        /// When.
        start: Timestamp,
        /// How far it may.
        days: u32,
    },
    /// The reason does not do.
    #[error(transparent)]
    Reason(InvalidText),
    /// The ticket does not do.
    #[error(transparent)]
    Ticket(InvalidText),
    /// Not one of the organization's severities.
    #[error("the severity {given} is not one of {}", .known.join(", "))]
    UnknownSeverity {
        /// What was given.
        given: Severity,
        /// What there is.
        known: Vec<String>,
    },
    /// Not a rule by which glass is broken.
    #[error("there is no break-glass rule {0}; GET /v1/eligibility lists those that are for you")]
    NotBreakGlass(RuleId),
    /// Somebody else has to look at the last one first.
    #[error(
        "the review of the break-glass request {request} was due at {due_at}; until a reviewer has done it, only what is approved can be had"
    )]
    ReviewOverdue {
        /// Which request is to be looked at.
        request: RequestId,
        /// Since when it is late.
        due_at: Timestamp,
    },
    /// No rule allows the whole of it, or something above rules forbids it.
    #[error("{}", in_words(.objections, .instead))]
    NotEligible {
        /// Why, for each pair.
        objections: Vec<Objection>,
        /// The break-glass rules that are left where a system that a rule asks is away.
        instead: Vec<(RuleId, String)>,
    },
    /// There are not enough people to say yes.
    #[error("{}", short_of(.0))]
    NobodyCanApprove(Vec<Shortage>),
    /// No such grant, or not the caller's.
    #[error("there is no such access")]
    UnknownGrant,
    /// The access to be extended is not there.
    #[error("only active access can be extended; it is {}", .0.as_str())]
    NotActive(GrantState),
    /// Nobody has ended it yet, but its time is up.
    #[error("the access was over at {0}")]
    TimeIsUp(Timestamp),
    /// Whoever removes it may not hear of a later deadline in time.
    #[error("the access ends at {0}; it can be extended until {closes} s before", closes = EXTENSION_CLOSES.as_secs())]
    TooNear(Timestamp),
    /// One at a time.
    #[error("another extension of this access waits for its decision")]
    ExtensionPending,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Unjudged> for Refusal {
    fn from(error: Unjudged) -> Self {
        match error {
            Unjudged::UnknownPerson(id) => Self::UnknownBeneficiary(id),
            Unjudged::DisabledPerson(id) => Self::UserDisabled(id),
            Unjudged::UnknownAccount(id) => Self::UnknownAccount(id),
            Unjudged::InactiveAccount(id) => Self::InactiveAccount(id),
            Unjudged::UnknownPermissionSet(arn) => Self::UnknownPermissionSet(arn),
            Unjudged::Store(error) => Self::Store(error),
        }
    }
}

/// Why a pair is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Objection {
    /// Which pair.
    pub pair: Pair,
    /// The account's name.
    pub account_name: String,
    /// The permission set's name.
    pub permission_set_name: String,
    /// What guardrails, freezes and rules said.
    pub rules: Vec<Judged>,
    /// How many more there were that are for other people or about something else.
    pub others: usize,
}

impl Objection {
    /// What was said against a pair.
    #[must_use]
    pub fn about(pair: &PairJudged) -> Self {
        let trace = pair.trace();
        Self {
            pair: trace.pair,
            account_name: pair.account_name.clone(),
            permission_set_name: pair.permission_set_name.clone(),
            rules: trace.rules,
            others: trace.others,
        }
    }
}

/// The most pairs of one request.
pub(super) const PAIRS_MOST: usize = 50;

/// That they are as many as a request may have, each once.
pub(super) fn pairs_are_sound(pairs: &[Pair]) -> Result<(), Refusal> {
    match pairs.len() {
        0 => return Err(Refusal::NoPairs),
        found if found > PAIRS_MOST => return Err(Refusal::TooManyPairs { found, most: PAIRS_MOST }),
        _ => {}
    }
    let mut seen = BTreeSet::new();
    match pairs.iter().find(|pair| !seen.insert(*pair)) {
        Some(pair) => Err(Refusal::DuplicatePair { pair: pair.clone() }),
        None => Ok(()),
    }
}

/// That the organization has such a severity.
pub(super) fn is_known(limits: &Limits, severity: &Severity) -> Result<(), Refusal> {
    if limits.severities.iter().any(|known| known == severity.as_str()) {
        return Ok(());
    }
    Err(Refusal::UnknownSeverity { given: severity.clone(), known: limits.severities.clone() })
}

/// At most this many rules, and pairs, are told in one sentence; the trace holds them all.
const TOLD: usize = 5;

fn in_words(objections: &[Objection], instead: &[(RuleId, String)]) -> String {
    let mut words: Vec<String> = objections.iter().take(TOLD).map(objection_in_words).collect();
    if objections.len() > TOLD {
        words.push(format!("The same goes for {} more.", objections.len() - TOLD));
    }
    words.extend(instead.iter().map(|(id, name)| {
        format!("A system that a rule asks is away; break-glass is left: {name} (\"break_glass\": \"{id}\").")
    }));
    words.join(" ")
}

fn objection_in_words(objection: &Objection) -> String {
    let account = &objection.pair.account;
    let what = format!("{} in account {} ({account})", objection.permission_set_name, objection.account_name);
    let above: Vec<String> = objection
        .rules
        .iter()
        .filter(|said| !said.allows && said.kind != Kind::Rule)
        .map(|said| format!("the {} {}: {}", said.kind.as_str(), said.name, said.because))
        .collect();
    if !above.is_empty() {
        return format!("{what} is held back by {}.", above.join("; "));
    }
    // A rule that comes close is of more use than one for other people.
    let mut rules: Vec<&Judged> =
        objection.rules.iter().filter(|said| !said.allows && said.kind == Kind::Rule).collect();
    rules.sort_by_key(|said| said.is_about_others());
    let told: Vec<String> = rules.iter().take(TOLD).map(|said| format!("{}: {}", said.name, said.because)).collect();
    let told = match (told.is_empty(), objection.others) {
        (false, _) => told.join("; "),
        (true, 0) => "there are no rules".to_owned(),
        (true, others) => format!("{others} rules are for other people"),
    };
    format!("No rule allows {what}: {told}.")
}

fn short_of(shortages: &[Shortage]) -> String {
    let words = shortages.iter().map(|Shortage { because, stage, needed, there }| {
        format!("{because} needs {needed} approval(s) in stage {}, and {there} other people could give one", stage + 1)
    });
    words.collect::<Vec<_>>().join("; ")
}
