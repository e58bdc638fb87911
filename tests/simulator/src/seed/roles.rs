//! The roles that Curfew's processes take on, with the very policies that real installations use.

use std::sync::Arc;

use crate::world::credentials::{Credentials, Powers, Role};
use crate::world::iam::Policy;
use crate::world::organization::Organization;
use crate::world::permission_sets::{IDENTITY_STORE_ID, INSTANCE_ARN};
use crate::world::policies::PREPARED;

/// The region in which Identity Center and the schedules are.
pub const REGION: &str = "eu-central-1";
/// The group that the backstop's schedules are in.
pub const SCHEDULE_GROUP: &str = "curfew";

macro_rules! iam {
    ($file:literal) => {
        include_str!(concat!("../../../../deploy/iam/", $file))
    };
}

/// Role, what it may do, who may assume it.
const ROLES: [(&str, &str, &str); 7] = [
    ("curfew-grant", iam!("grant.json"), iam!("trust.json")),
    ("curfew-revocation", iam!("revocation.json"), iam!("trust.json")),
    ("curfew-backstop", iam!("backstop.json"), iam!("trust.json")),
    ("curfew-session-deny", iam!("session-deny.json"), iam!("trust.json")),
    // In its place where sessions are cut by the permission sets' own policies.
    ("curfew-session-deny-inline", iam!("session-deny-inline.json"), iam!("trust.json")),
    ("curfew-directory", iam!("directory.json"), iam!("trust.json")),
    ("curfew-backstop-target", iam!("backstop-target.json"), iam!("backstop-target.trust.json")),
];

/// Who may assume the role that may do everything.
const ANYBODY: &str = r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}"#;

/// Adds the roles of an account, which its `process` may assume.
pub fn add(credentials: &mut Credentials, organization: &Organization, account: &str, process: &str) {
    let read = |text: &str| match Policy::parse(&filled(text, organization, account, process)) {
        Ok(policy) => Some(policy),
        Err(error) => {
            tracing::error!(%error, "a policy cannot be used, and its role is left away");
            None
        }
    };
    for (name, policy, trust) in ROLES {
        if let (Some(policy), Some(trust)) = (read(policy), read(trust)) {
            let powers = Powers::Policy(Arc::new(policy));
            credentials.add_role(arn_of(account, name), Role { powers, trust, revoked: false });
        }
    }
    if let Some(trust) = read(ANYBODY) {
        let role = Role { powers: Powers::Everything, trust, revoked: false };
        credentials.add_role(arn_of(account, "curfew-admin"), role);
    }
}

fn arn_of(account: &str, role: &str) -> String {
    format!("arn:aws:iam::{account}:role/{role}")
}

/// The text with everything in its place that an installation puts there.
fn filled(text: &str, organization: &Organization, account: &str, process: &str) -> String {
    let instance = INSTANCE_ARN.rsplit('/').next().unwrap_or_default();
    let places = [
        ("${INSTANCE}", instance),
        ("${STORE}", IDENTITY_STORE_ID),
        ("${ORGANIZATION}", organization.id.as_str()),
        ("${MANAGEMENT}", organization.management_account.as_str()),
        ("${ACCOUNT}", account),
        ("${PROCESS}", process),
        ("${REGION}", REGION),
        ("${GROUP}", SCHEDULE_GROUP),
        ("${POLICY}", PREPARED),
    ];
    places.into_iter().fold(text.to_owned(), |text, (place, value)| text.replace(place, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_policies_that_are_understood() {
        let organization = crate::seed::organization(1);
        let mut credentials = Credentials::default();
        add(&mut credentials, &organization, &organization.management_account, "arn:aws:iam::1:user/process");
        assert_eq!(credentials.roles().count(), ROLES.len() + 1);
    }
}
