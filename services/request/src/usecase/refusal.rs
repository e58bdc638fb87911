//! Why somebody does not get to ask, in words that say what would be right.

use domain::approval::ApprovalPolicy;
use domain::grant::GrantState;
use domain::rules::Judged;
use domain::text::InvalidText;
use domain::{AccountId, Pair, PermissionSetArn, UserId};
use jiff::Timestamp;
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
    /// No rule lets anybody ask for somebody else.
    #[error("no rule allows asking on behalf of somebody else")]
    OnBehalf,
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
    /// No rule allows the whole of it.
    #[error("{}", in_words(.0))]
    NotEligible(Vec<Objection>),
    /// There are not enough people to say yes.
    #[error("{needed} approvals are needed, and {there} people beside you could give one")]
    NobodyCanApprove {
        /// The policy that nobody could meet.
        policy: Box<ApprovalPolicy>,
        /// How many it needs.
        needed: i64,
        /// How many there are.
        there: i64,
    },
    /// No such grant, or not the caller's.
    #[error("there is no such access")]
    UnknownGrant,
    /// The access to be extended is not there.
    #[error("only active access can be extended; it is {}", .0.as_str())]
    NotActive(GrantState),
    /// Nobody has ended it yet, but its time is up.
    #[error("the access was over at {0}")]
    TimeIsUp(Timestamp),
    /// One at a time.
    #[error("another extension of this access waits for its decision")]
    ExtensionPending,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a pair is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Objection {
    /// Which pair.
    pub pair: Pair,
    /// What each rule said.
    pub rules: Vec<Judged>,
}

/// At most this many rules are told in one sentence; the trace holds them all.
const TOLD: usize = 5;

fn in_words(objections: &[Objection]) -> String {
    let words = objections.iter().map(|objection| {
        let Pair { account, permission_set } = &objection.pair;
        // A rule that comes close is of more use than one for other people.
        let mut rules: Vec<&Judged> = objection.rules.iter().collect();
        rules.sort_by_key(|rule| rule.because == "it is for other people");
        let told: Vec<String> =
            rules.iter().take(TOLD).map(|rule| format!("{}: {}", rule.name, rule.because)).collect();
        let told = if told.is_empty() { "there are no rules".to_owned() } else { told.join("; ") };
        format!("No rule allows {permission_set} in account {account} ({told}).")
    });
    words.collect::<Vec<_>>().join(" ")
}
