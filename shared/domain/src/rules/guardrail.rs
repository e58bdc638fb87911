//! What stands above rules: guardrails and the freeze calendar.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::selector::{Accounts, PermissionSets, Subjects};
use crate::approval::{Named, PolicySpec};
use crate::{FreezeId, GuardrailId};

/// What a guardrail does to what it covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Effect {
    /// Nobody gets it.
    Deny {
        /// Whether break-glass goes through all the same.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        spares_break_glass: bool,
    },
    /// These people have to agree as well, whatever the rule says; break-glass is not held up.
    Floor {
        /// Who.
        policy: PolicyRef,
    },
    /// One person has at most so many accesses to what is covered at a time, over all rules, pending ones included.
    Cap {
        /// How many, at least 1.
        concurrent: u32,
    },
}

/// A policy written in place, or by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum PolicyRef {
    /// As written here.
    Policy(PolicySpec),
    /// By a policy that has a name.
    Named(Named),
}

/// A guardrail without its identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuardrailSpec {
    /// What people call it, 1 to 200 characters.
    pub name: String,
    /// Whether it counts.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Whose access.
    pub subjects: Subjects,
    /// Where.
    pub accounts: Accounts,
    /// What.
    pub permission_sets: PermissionSets,
    /// What it does.
    pub effect: Effect,
}

/// A guardrail as it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Guardrail {
    /// Which.
    pub id: GuardrailId,
    /// Counts its changes, from 1.
    pub version: i64,
    /// What it says.
    #[serde(flatten)]
    pub spec: GuardrailSpec,
}

/// A freeze without its identity: no access to what it covers begins, lasts or is extended into this time.
/// Asking during it for a time outside it is not hindered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FreezeSpec {
    /// What people call it, 1 to 200 characters.
    pub name: String,
    /// Its begin.
    pub from: Timestamp,
    /// Its end, after its begin.
    pub until: Timestamp,
    /// Where.
    pub accounts: Accounts,
    /// What.
    pub permission_sets: PermissionSets,
    /// Whether break-glass goes through all the same.
    #[serde(default = "yes")]
    pub spares_break_glass: bool,
}

/// A freeze as it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Freeze {
    /// Which.
    pub id: FreezeId,
    /// Counts its changes, from 1.
    pub version: i64,
    /// What it says.
    #[serde(flatten)]
    pub spec: FreezeSpec,
}

const fn yes() -> bool {
    true
}
