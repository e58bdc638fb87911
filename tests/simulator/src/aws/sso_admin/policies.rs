//! What permission sets allow: the policies in them.

use serde_json::{Value, json};

use super::super::error::AwsError;
use super::super::input::Input;
use super::super::page::Page;
use super::permission_sets::existing;
use super::{LARGEST_PAGE, listed};
use crate::world::World;

/// `GetInlinePolicyForPermissionSet`: an empty text where there is none.
pub fn inline(world: &World, input: &Input) -> Result<Value, AwsError> {
    Ok(json!({"InlinePolicy": existing(world, input)?.policies.inline}))
}

/// `GetPermissionsBoundaryForPermissionSet`.
pub fn boundary(world: &World, input: &Input) -> Result<Value, AwsError> {
    let set = existing(world, input)?;
    let none = || AwsError::not_found(format!("PermissionsBoundary of {} does not exist.", set.arn));
    let arn = set.policies.boundary.as_ref().ok_or_else(none)?;
    Ok(json!({"PermissionsBoundary": {"ManagedPolicyArn": arn}}))
}

/// `ListManagedPoliciesInPermissionSet`.
pub fn managed(world: &World, input: &Input) -> Result<Value, AwsError> {
    let arns = existing(world, input)?.policies.managed.iter();
    let items = arns.map(|arn| {
        let name = arn.rsplit('/').next().unwrap_or_default();
        (arn.clone(), json!({"Arn": arn, "Name": name}))
    });
    let (shown, next) = Page::asked(input, LARGEST_PAGE)?.cut(items);
    Ok(listed("AttachedManagedPolicies", shown, next))
}

/// `ListCustomerManagedPolicyReferencesInPermissionSet`.
pub fn customer(world: &World, input: &Input) -> Result<Value, AwsError> {
    let names = existing(world, input)?.policies.customer.iter();
    let items = names.map(|name| (name.clone(), json!({"Name": name, "Path": "/"})));
    let (shown, next) = Page::asked(input, LARGEST_PAGE)?.cut(items);
    Ok(listed("CustomerManagedPolicyReferences", shown, next))
}
