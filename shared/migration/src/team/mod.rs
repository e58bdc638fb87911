//! TEAM's tables as its back end writes them: `Eligibility`, `Policies` (newer versions only), `Approvers`, `Settings`
//! and `requests`.

mod approvers;
mod eligibility;
mod request;
mod settings;

pub use approvers::{Approvers, Scope};
pub use eligibility::{Eligibility, Entitled, Policy, Subject};
pub use request::{Status, TeamRequest};
pub use settings::Settings;

use crate::dynamo::{Attribute, Item};

/// A table of TEAM's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// Who may ask for what.
    Eligibility,
    /// What may be asked for, named by eligibility entries of newer versions.
    Policies,
    /// Who decides.
    Approvers,
    /// The one row of settings.
    Settings,
    /// What was asked.
    Requests,
    /// Queries of session logs: nothing to take over.
    Sessions,
}

impl Table {
    /// TEAM's name for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eligibility => "Eligibility",
            Self::Policies => "Policies",
            Self::Approvers => "Approvers",
            Self::Settings => "Settings",
            Self::Requests => "requests",
            Self::Sessions => "sessions",
        }
    }

    const ALL: [Self; 6] =
        [Self::Eligibility, Self::Policies, Self::Approvers, Self::Settings, Self::Requests, Self::Sessions];

    /// The table that an item comes from: as it says itself, or else by its attributes.
    pub fn of(item: &Item) -> Option<Self> {
        if let Some(Attribute::Text(name)) = item.get("__typename") {
            return Self::ALL.into_iter().find(|table| table.name() == name);
        }
        let has = |name: &str| item.contains_key(name);
        let is = |name: &str, value: &str| matches!(item.get(name), Some(Attribute::Text(text)) if text == value);
        Some(if has("roleId") && has("accountId") {
            Self::Requests
        } else if is("id", "settings") {
            Self::Settings
        } else if (is("type", "User") || is("type", "Group")) && (has("permissions") || has("policyIds")) {
            Self::Eligibility
        } else if has("groupIds") || has("approvers") {
            Self::Approvers
        } else if has("permissions") && has("accounts") {
            Self::Policies
        } else if has("queryId") && has("expireAt") {
            Self::Sessions
        } else {
            return None;
        })
    }

    /// The attributes that are understood, or known to mean nothing to Curfew.
    pub const fn known(self) -> &'static [&'static str] {
        match self {
            Self::Eligibility => &[
                "id",
                "name",
                "type",
                "accounts",
                "ous",
                "permissions",
                "ticketNo",
                "approvalRequired",
                "duration",
                "policyIds",
                "modifiedBy",
            ],
            Self::Policies => &[
                "id",
                "accounts",
                "ous",
                "permissions",
                "approvalRequired",
                "approverGroupIds",
                "duration",
                "modifiedBy",
            ],
            Self::Approvers => &["id", "name", "type", "approvers", "groupIds", "ticketNo", "modifiedBy"],
            Self::Settings => &[
                "id",
                "duration",
                "expiry",
                "comments",
                "ticketNo",
                "approval",
                "modifiedBy",
                "sesNotificationsEnabled",
                "snsNotificationsEnabled",
                "slackNotificationsEnabled",
                "slackAuditNotificationsChannel",
                "sesSourceEmail",
                "sesSourceArn",
                "slackToken",
                "teamAdminGroup",
                "teamAuditorGroup",
                "useOUCache",
            ],
            // Everything of a request is kept as it is.
            Self::Requests | Self::Sessions => &[],
        }
    }

    /// Attributes that Amplify adds to every item.
    pub const fn amplify() -> &'static [&'static str] {
        &["__typename", "createdAt", "updatedAt", "owner", "_version", "_lastChangedAt", "_deleted"]
    }
}
