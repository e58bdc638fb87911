//! Why documents cannot be changed so.

use domain::rules::{Document, Invalid, Kind, Referred};
use store::StoreError;
use store::changes::ChangeState;
use uuid::Uuid;

/// Why, and because of which of the edits.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct Refused {
    /// Which edit, from 0, where it is one of them.
    pub edit: Option<usize>,
    /// Why.
    pub why: Why,
}

/// A document that stands on another.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct InUse {
    /// What it is.
    pub kind: Kind,
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// Why.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// There is nothing to do.
    #[error("there is no edit: give at least one")]
    NoEdits,
    /// There is too much to do.
    #[error("{found} edits are too many: give at most {most}")]
    TooManyEdits {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// It could never work.
    #[error("{}", .0.why)]
    Invalid(Invalid),
    /// Longer than anybody may have.
    #[error("the rule allows {asked} minutes; nobody may have more than {most}")]
    TooLong {
        /// What it says.
        asked: u32,
        /// What the settings allow.
        most: u32,
    },
    /// It reaches the management account, which this installation cannot assign to.
    #[error(
        "rules cannot reach the management account here: leave it out, or set aws.management_account where Curfew runs \
         with the rights of the management account itself"
    )]
    ManagementAccount {
        /// The field that names it.
        field: String,
    },
    /// It names what is not there.
    #[error("{}", unknown(.to))]
    Unknown {
        /// The field that names it.
        field: String,
        /// What it names.
        to: Referred,
    },
    /// No such document in force.
    #[error("there is no such {}", word(*.0))]
    NoDocument(Kind),
    /// It was changed since the caller saw it.
    #[error("it is at version {current}, not {given}; look at it again")]
    Stale {
        /// What was given.
        given: i64,
        /// What it is.
        current: i64,
    },
    /// Anything was changed since the caller saw the whole.
    #[error("the documents are at revision {current}, not {given}; look at them again")]
    StaleRevision {
        /// What was given.
        given: i64,
        /// What it is.
        current: i64,
    },
    /// The same document twice in one set.
    #[error("the document {0} is edited twice: put both into one edit")]
    Twice(Uuid),
    /// Another document has the id.
    #[error("the id {0} belongs to another document: leave it out, and a new one is taken")]
    IdTaken(Uuid),
    /// Another of its kind has the name.
    #[error("another {} is called {name:?} already", word(*.kind))]
    NameTaken {
        /// What they are.
        kind: Kind,
        /// The name.
        name: String,
        /// The other one.
        by: Uuid,
    },
    /// Others stand on what would go away.
    #[error("the {} is in use by {}; change these first, or in the same set", word(.document.body.kind()), names(.by))]
    InUse {
        /// What would go away.
        document: Box<Document>,
        /// Who stands on it.
        by: Vec<InUse>,
    },
    /// No such change.
    #[error("there is no such change")]
    NoChange,
    /// It was decided already.
    #[error("the change is {}", .state.as_str())]
    Decided {
        /// Where it stands.
        state: ChangeState,
        /// What was tried.
        tried: &'static str,
    },
    /// One's own.
    #[error("a change is applied or refused by another admin than the one who proposed it; one's own is withdrawn")]
    OwnChange,
    /// Somebody else's.
    #[error("only whoever proposed a change withdraws it; others refuse it")]
    NotYours,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Why {
    /// Of this edit.
    pub(super) const fn of(self, edit: usize) -> Refused {
        Refused { edit: Some(edit), why: self }
    }

    /// The field that it is about, inside the document.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid(Invalid { field, .. }) | Self::ManagementAccount { field } | Self::Unknown { field, .. } => {
                Some(field)
            }
            Self::TooLong { .. } => Some("max_minutes"),
            Self::NameTaken { .. } => Some("name"),
            Self::NoEdits
            | Self::TooManyEdits { .. }
            | Self::NoDocument(_)
            | Self::Stale { .. }
            | Self::StaleRevision { .. }
            | Self::Twice(_)
            | Self::IdTaken(_)
            | Self::InUse { .. }
            | Self::NoChange
            | Self::Decided { .. }
            | Self::OwnChange
            | Self::NotYours
            | Self::Store(_) => None,
        }
    }
}

impl From<Why> for Refused {
    fn from(why: Why) -> Self {
        Self { edit: None, why }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Why::Store(error).into()
    }
}

/// The kind in words.
#[must_use]
pub const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Rule => "rule",
        Kind::ApprovalPolicy => "approval policy",
        Kind::Guardrail => "guardrail",
        Kind::Freeze => "freeze",
        Kind::Owners => "binding of owners",
        Kind::Schedule => "schedule",
    }
}

fn unknown(to: &Referred) -> String {
    match to {
        Referred::Account(id) => format!("there is no account {id} in the organization"),
        Referred::Unit(id) => format!("there is no organizational unit {id:?}; a unit's id begins with r- or ou-"),
        Referred::Group(id) => format!("there is no group {id} in the directory"),
        Referred::User(id) => format!("nobody in the directory has the id {id}"),
        Referred::PermissionSet(arn) => format!("there is no permission set {arn}"),
        Referred::Policy(id) => format!("there is no approval policy {id}"),
        Referred::Schedule(id) => format!("there is no schedule {id:?} in Curfew"),
        Referred::PagerDuty(_) => {
            "PagerDuty cannot be asked: on_call.pagerduty_token is not set in the settings".to_owned()
        }
        Referred::TicketSystem(name) => format!("tickets.systems of the settings has no system called {name:?}"),
        Referred::Severity(severity) => format!("the settings have no severity {severity}"),
    }
}

fn names(by: &[InUse]) -> String {
    let shown: Vec<String> = by.iter().take(5).map(|one| format!("the {} {:?}", word(one.kind), one.name)).collect();
    match by.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
