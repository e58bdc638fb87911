//! Everything that admins write, as one kind of thing: it has an id, versions, and a body. So there is one way to
//! store it, to change it, to put it into files and to follow its history.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::guardrail::{FreezeSpec, GuardrailSpec};
use super::owners::OwnersSpec;
use super::rule::RuleSpec;
use super::schedule::ScheduleSpec;
use crate::approval::PolicySpec;

/// What sort of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Who may ask for what.
    Rule,
    /// Who decides, by name.
    ApprovalPolicy,
    /// What stands above rules.
    Guardrail,
    /// When nothing is given.
    Freeze,
    /// Whose an account is.
    Owners,
    /// Who is on duty.
    Schedule,
}

impl Kind {
    /// Every kind, in the order in which one may refer to another.
    pub const ALL: [Self; 6] =
        [Self::Schedule, Self::Owners, Self::ApprovalPolicy, Self::Rule, Self::Guardrail, Self::Freeze];

    /// The kind's name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::ApprovalPolicy => "approval_policy",
            Self::Guardrail => "guardrail",
            Self::Freeze => "freeze",
            Self::Owners => "owners",
            Self::Schedule => "schedule",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// An approval policy with its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedPolicySpec {
    /// What people call it, 1 to 200 characters.
    pub name: String,
    /// What it says.
    pub policy: PolicySpec,
}

/// What a document says.
#[expect(
    clippy::large_enum_variant,
    reason = "most documents are rules, and a box in each would be for the few others"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", content = "spec")]
pub enum Body {
    /// A rule.
    Rule(RuleSpec),
    /// An approval policy.
    ApprovalPolicy(NamedPolicySpec),
    /// A guardrail.
    Guardrail(GuardrailSpec),
    /// A freeze.
    Freeze(FreezeSpec),
    /// A binding of owners.
    Owners(OwnersSpec),
    /// An on-call schedule.
    Schedule(ScheduleSpec),
}

impl Body {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Rule(_) => Kind::Rule,
            Self::ApprovalPolicy(_) => Kind::ApprovalPolicy,
            Self::Guardrail(_) => Kind::Guardrail,
            Self::Freeze(_) => Kind::Freeze,
            Self::Owners(_) => Kind::Owners,
            Self::Schedule(_) => Kind::Schedule,
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Rule(spec) => &spec.name,
            Self::ApprovalPolicy(spec) => &spec.name,
            Self::Guardrail(spec) => &spec.name,
            Self::Freeze(spec) => &spec.name,
            Self::Owners(spec) => &spec.name,
            Self::Schedule(spec) => &spec.name,
        }
    }
}

/// A document as it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Document {
    /// Which.
    pub id: Uuid,
    /// Counts its changes, from 1.
    pub version: i64,
    /// What it says.
    #[serde(flatten)]
    pub body: Body,
}
