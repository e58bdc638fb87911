//! What a rule says.

use serde::{Deserialize, Serialize};

use crate::approval::ApprovalPolicy;
use crate::{AccountId, GroupId, Minutes, PermissionSetArn, RuleId, UserId};

/// Whom a rule is for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Subjects {
    /// Everybody in the directory.
    #[serde(default)]
    pub everyone: bool,
    /// Members of these groups.
    #[serde(default)]
    pub groups: Vec<GroupId>,
    /// These people.
    #[serde(default)]
    pub users: Vec<UserId>,
}

/// Where a rule allows access.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// Every account but the management account.
    #[serde(default)]
    pub all: bool,
    /// These accounts.
    #[serde(default)]
    pub ids: Vec<AccountId>,
    /// Never these.
    #[serde(default)]
    pub except: Vec<AccountId>,
}

/// What a rule allows there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionSets {
    /// These permission sets.
    #[serde(default)]
    pub arns: Vec<PermissionSetArn>,
}

/// Who has to agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Approval {
    /// Nobody; the request is approved as it is submitted.
    Automatic,
    /// People.
    Policy(ApprovalPolicy),
}

/// A rule without its identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// What people call it, 1 to 200 characters.
    pub name: String,
    /// Whether it counts.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Whom it is for.
    pub subjects: Subjects,
    /// Where.
    pub accounts: Accounts,
    /// What.
    pub permission_sets: PermissionSets,
    /// The longest access, in minutes.
    #[schema(value_type = i64, minimum = 1)]
    pub max_minutes: Minutes,
    /// Whether a ticket must be named.
    #[serde(default)]
    pub ticket_required: bool,
    /// Who has to agree.
    pub approval: Approval,
}

const fn yes() -> bool {
    true
}

/// A rule as it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rule {
    /// Which.
    pub id: RuleId,
    /// Counts its changes, from 1.
    pub version: i64,
    /// What it says.
    #[serde(flatten)]
    pub spec: RuleSpec,
}

/// Why a rule cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRule {
    /// No name, or too long a one.
    #[error("a rule's name has 1 to 200 characters, none of them a control character")]
    Name,
    /// Nobody could use it.
    #[error("the rule is for nobody: give subjects.everyone, subjects.groups or subjects.users")]
    NoSubjects,
    /// Nothing could be asked for.
    #[error("the rule reaches no account: give accounts.all or accounts.ids")]
    NoAccounts,
    /// Nothing could be asked for.
    #[error("the rule allows no permission set: give permission_sets.arns")]
    NoPermissionSets,
    /// Nobody could say yes.
    #[error("nobody can approve: give approval.groups or approval.users, or the kind automatic")]
    NoApprovers,
    /// No yes would be enough, or too many would be.
    #[error("approval.votes is a number from 1 to 10")]
    Votes,
}

impl RuleSpec {
    /// # Errors
    /// When the rule could never allow anything, or nobody could decide.
    pub fn validate(&self) -> Result<(), InvalidRule> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
            return Err(InvalidRule::Name);
        }
        if !self.subjects.everyone && self.subjects.groups.is_empty() && self.subjects.users.is_empty() {
            return Err(InvalidRule::NoSubjects);
        }
        if !self.accounts.all && self.accounts.ids.is_empty() {
            return Err(InvalidRule::NoAccounts);
        }
        if self.permission_sets.arns.is_empty() {
            return Err(InvalidRule::NoPermissionSets);
        }
        match &self.approval {
            Approval::Automatic => Ok(()),
            Approval::Policy(p) if p.groups.is_empty() && p.users.is_empty() => Err(InvalidRule::NoApprovers),
            Approval::Policy(p) if !(1..=10).contains(&p.votes) => Err(InvalidRule::Votes),
            Approval::Policy(_) => Ok(()),
        }
    }
}
