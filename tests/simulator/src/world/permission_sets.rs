//! Identity Center's instance and its permission sets.

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::Millis;
use crate::world::operations::Status;

/// The one instance of the organization.
pub const INSTANCE_ARN: &str = "arn:aws:sso:::instance/ssoins-7223b8a4c1d90e56";
/// Its identity store.
pub const IDENTITY_STORE_ID: &str = "d-906768ae6b";
/// What it is called.
pub const INSTANCE_NAME: &str = "Harbour Freightline";

/// A permission set.
#[derive(Clone, Debug)]
pub struct PermissionSet {
    pub arn: String,
    pub name: String,
    pub description: Option<String>,
    /// ISO 8601, 1 to 12 hours.
    pub session_duration: String,
    pub relay_state: Option<String>,
    pub created: Millis,
    pub tags: Vec<(String, String)>,
    pub policies: Policies,
    /// When its own policy was written last.
    pub inline_changed: Millis,
}

/// What a permission set allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// JSON; empty if there is none.
    pub inline: String,
    /// ARNs of AWS's own policies.
    pub managed: BTreeSet<String>,
    /// Names of policies in each account.
    pub customer: BTreeSet<String>,
    /// The ARN of one of AWS's own.
    pub boundary: Option<String>,
}

/// One run of ProvisionPermissionSet.
#[derive(Clone, Debug)]
pub struct Provisioning {
    pub request_id: String,
    pub permission_set_arn: String,
    pub account_id: Option<String>,
    pub created: Millis,
    pub due: Millis,
    /// The inline policy that it brings to the roles.
    pub inline: String,
}

impl Provisioning {
    /// Where it stands.
    pub fn status(&self, now: Millis) -> Status {
        if self.due <= now { Status::Succeeded } else { Status::InProgress }
    }
}

/// All permission sets, by ARN.
#[derive(Default)]
pub struct PermissionSets {
    pub by_arn: BTreeMap<String, PermissionSet>,
    pub provisionings: Vec<Provisioning>,
}

impl PermissionSets {
    /// The permission set with this ARN.
    pub fn find(&self, arn: &str) -> Option<&PermissionSet> {
        self.by_arn.get(arn)
    }

    /// The ARN of the permission set that has this ARN or this name.
    pub fn arn_called(&self, arn_or_name: &str) -> Option<String> {
        self.find(arn_or_name).or_else(|| self.named(arn_or_name)).map(|set| set.arn.clone())
    }

    /// The permission set with this name.
    pub fn named(&self, name: &str) -> Option<&PermissionSet> {
        self.by_arn.values().find(|set| set.name == name)
    }
}

/// The ARN of a permission set whose identifier is these 16 characters.
pub fn arn_of(id: &str) -> String {
    let instance = INSTANCE_ARN.rsplit('/').next().unwrap_or_default();
    format!("arn:aws:sso:::permissionSet/{instance}/ps-{id}")
}
