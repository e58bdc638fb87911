//! Deciding: what a policy needs, and what the votes amount to.

mod policy;
mod verdict;

use serde::{Deserialize, Serialize};

pub use policy::{
    Escalation, Manager, Named, OwnerScope, Pairs, People, PolicySpec, ScheduleRef, ScheduleSource, Stage, VoterFacts,
    Voters,
};
pub use verdict::{NamedVersion, Need, Verdict, Vote, can_be_met, verdict};

/// One person's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes.
    Approve,
    /// No; one is enough.
    Reject,
}

impl Decision {
    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
        }
    }

    /// The decision of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Approve, Self::Reject].into_iter().find(|d| d.as_str() == name)
    }
}

/// What a link in a mail may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailDecision {
    /// The link leads to the decision; deciding demands signing in as the approver.
    #[default]
    SignIn,
    /// Who holds the link decides; the vote is recorded as made by the link alone.
    LinkAlone,
}

/// How a vote came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By the REST API or the portal, signed in.
    SignedIn,
    /// By a mail's link, signed in as its approver.
    LinkSignedIn,
    /// By a mail's link, without signing in.
    LinkAlone,
}

impl Channel {
    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::LinkSignedIn => "link_signed_in",
            Self::LinkAlone => "link_alone",
        }
    }
}
