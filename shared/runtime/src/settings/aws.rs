//! What AWS is to this installation: Identity Center, the roles that are assumed, and what watches over access there.

use serde::{Deserialize, Serialize};
use url::Url;

use super::defaults;

/// AWS IAM Identity Center.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aws {
    /// The region of the Identity Center instance.
    pub region: String,
    /// Another endpoint than AWS's own, for a simulator.
    pub endpoint_url: Option<Url>,
    /// The instance; found by itself when there is exactly one.
    pub instance_arn: Option<String>,
    /// The instance's identity store; found by itself with the instance.
    pub identity_store_id: Option<String>,
    /// Calls a second to Identity Center from the whole installation. AWS allows the
    /// organization 20; 0 is no limit, for a stand-in.
    #[serde(default = "defaults::calls_per_second")]
    pub calls_per_second: u32,
    /// Assignment operations under way at once. AWS allows the organization 10; 0 is no limit.
    #[serde(default = "defaults::outstanding")]
    pub outstanding: u32,
    /// Whether deletions count among them as well, which AWS does not say.
    #[serde(default = "defaults::yes")]
    pub async_limit_covers_delete: bool,
    /// How many of them are for creations while deletions wait, and the same share of the calls a second.
    #[serde(default = "defaults::outstanding_for_grants")]
    pub outstanding_for_grants: u32,
    /// Whether one permission set has at most one operation under way in one account.
    #[serde(default = "defaults::yes")]
    pub one_operation_per_permission_set_and_account: bool,
    /// Calls a second of each process while the database, which lends them, is away.
    #[serde(default = "defaults::calls_per_second_alone")]
    pub calls_per_second_alone: u32,
    /// Seconds until a call without an answer is given up.
    #[serde(default = "defaults::call_timeout_s")]
    pub call_timeout_s: u32,
    /// Whether the tags of permission sets are read: one call each, and some stand-ins for AWS have none.
    #[serde(default = "defaults::permission_set_tags")]
    pub permission_set_tags: bool,
    /// Whether rules may give access to the organization's management account. Identity Center lets only its
    /// management account do that, not a delegated administrator.
    #[serde(default)]
    pub management_account: bool,
    /// Seconds between two readings of users, groups, accounts and permission sets.
    #[serde(default = "defaults::directory_every_s")]
    pub directory_every_s: u32,
    /// Seconds between two readings of what a permission set allows: five calls for each.
    #[serde(default = "defaults::directory_contents_every_s")]
    pub directory_contents_every_s: u32,
}

/// The roles that are assumed in AWS, by ARN. Work without a role is done with the process's own credentials.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AwsRoles {
    /// Creates assignments and cannot delete them.
    pub grant: Option<String>,
    /// Deletes assignments and cannot create them.
    pub revocation: Option<String>,
    /// Owns the schedules that remove access when all of us are gone.
    pub backstop: Option<String>,
    /// Writes the one policy that cuts live sessions.
    pub session_deny: Option<String>,
    /// Reads who is there and what is under what.
    pub directory: Option<String>,
    /// The external id that the roles' trust policies ask for, if they do.
    pub external_id: Option<String>,
}

/// Removals inside AWS itself: a schedule of EventBridge Scheduler for each access, which takes it away when all of us
/// are gone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Backstop {
    /// The role that Scheduler assumes and that may delete assignments; without it there is no backstop.
    pub role_arn: Option<String>,
    /// The schedule group that our schedules are in.
    pub group: String,
    /// What tells this installation's schedules from others': up to twelve small letters and digits.
    pub prefix: String,
    /// Minutes after the last deadline that a schedule fires at the earliest.
    pub margin_minutes: u32,
    /// Minutes over which schedules are spread after that.
    pub spread_minutes: u32,
    /// Minutes after the last deadline that a schedule fires at the latest.
    pub most_minutes: u32,
    /// Minutes between two firings.
    pub every_minutes: u32,
    /// Hours for which a schedule goes on firing.
    pub hours: u32,
    /// A queue (SQS) for calls that Scheduler gave up.
    pub dead_letter_arn: Option<String>,
}

impl Default for Backstop {
    fn default() -> Self {
        Self {
            role_arn: None,
            group: "curfew".to_owned(),
            prefix: "main".to_owned(),
            margin_minutes: 15,
            spread_minutes: 10,
            most_minutes: 120,
            every_minutes: 5,
            hours: 12,
            dead_letter_arn: None,
        }
    }
}

/// How AWS is compared with what is known.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reconcile {
    /// Seconds from the end of one comparison to the next.
    pub every_s: u32,
    /// So many orphans at once are removed in any case.
    pub brake_least: u32,
    /// More than this share of all that is Curfew's, in hundredths, waits for an admin.
    pub brake_percent: u32,
}

impl Default for Reconcile {
    fn default() -> Self {
        Self { every_s: 900, brake_least: 5, brake_percent: 10 }
    }
}

/// Live sessions of removed access.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LiveSessions {
    /// The prepared service control policy that is Curfew's alone to write.
    pub policy_id: Option<String>,
    /// Whether the permission sets' own policies are written instead, where there is no such policy. With neither, no
    /// session is cut.
    pub inline_policy: bool,
    /// Seconds after a removal was read back in which somebody may still get credentials by it.
    pub lag_s: u32,
    /// Seconds that a deny stays longer than the longest session.
    pub margin_s: u32,
}

impl Default for LiveSessions {
    fn default() -> Self {
        Self { policy_id: None, inline_policy: false, lag_s: 60, margin_s: 300 }
    }
}

/// What the revocation service remembers for the time in which PostgreSQL is away, and how it acts on it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Offline {
    /// Seconds between two readings of the deadlines that are remembered.
    pub refresh_s: u32,
    /// Removals from memory that one process has under way at once.
    pub at_once: u32,
}

impl Default for Offline {
    fn default() -> Self {
        Self { refresh_s: 5, at_once: 5 }
    }
}
