//! Whether the caller's policies allow a call: its action and everything that it is about.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Service;
use super::error::AwsError;
use super::input::Input;
use crate::world::World;
use crate::world::credentials::Caller;
use crate::world::iam::Verdict;

/// Refuses what the caller may not do. STS asks the role's trust instead.
pub fn allowed(world: &World, caller: &Caller, input: &Input) -> Result<(), AwsError> {
    if input.service == Service::Sts {
        return Ok(());
    }
    let action = format!("{}:{}", input.service.signing_name(), input.operation);
    let why = match caller.powers.judge(&action, &resources(world, input), &BTreeMap::new()) {
        Verdict::Allowed => return Ok(()),
        Verdict::Unmentioned => format!("because no identity-based policy allows the {action} action"),
        Verdict::Denied => "with an explicit deny in an identity-based policy".to_owned(),
    };
    let message = format!("User: {} is not authorized to perform: {action} {why}", caller.arn);
    Err(AwsError::denied(input.service, message))
}

/// The ARNs of what a call is about, or `*` if it is about nothing that has one.
fn resources(world: &World, input: &Input) -> Vec<String> {
    let text = |name: &str| input.value(name).and_then(Value::as_str);
    let organization = &world.organization;
    let mut found = Vec::new();
    match input.service {
        Service::SsoAdmin if input.operation == "ListInstances" => {}
        Service::SsoAdmin => {
            found.extend(
                ["InstanceArn", "PermissionSetArn", "ResourceArn"].into_iter().filter_map(text).map(str::to_owned),
            );
            found
                .extend(text("TargetId").or_else(|| text("AccountId")).map(|id| format!("arn:aws:sso:::account/{id}")));
        }
        Service::IdentityStore => {
            let management = &organization.management_account;
            found.extend(
                text("IdentityStoreId").map(|id| format!("arn:aws:identitystore::{management}:identitystore/{id}")),
            );
            let member = input.value("MemberId").and_then(|member| member.get("UserId")).and_then(Value::as_str);
            found.extend(text("UserId").or(member).map(|id| format!("arn:aws:identitystore:::user/{id}")));
            let groups = input.value("GroupIds").and_then(Value::as_array).into_iter().flatten();
            let groups = groups.filter_map(Value::as_str).chain(text("GroupId"));
            found.extend(groups.map(|id| format!("arn:aws:identitystore:::group/{id}")));
        }
        Service::Organizations => {
            let (management, id) = (&organization.management_account, &organization.id);
            found.extend(text("PolicyId").map(|policy| {
                format!("arn:aws:organizations::{management}:policy/{id}/service_control_policy/{policy}")
            }));
        }
        Service::Sts | Service::CloudTrail => {}
    }
    if found.is_empty() {
        found.push("*".to_owned());
    }
    found
}
