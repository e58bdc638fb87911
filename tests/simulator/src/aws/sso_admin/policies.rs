//! What permission sets allow: the policies in them.

use serde_json::{Value, json};

use super::super::error::AwsError;
use super::super::input::Input;
use super::super::page::Page;
use super::permission_sets::existing;
use super::{LARGEST_PAGE, listed};
use crate::world::World;
use crate::world::policies::malformed;

/// What IAM lets the inline policies of a role have, without white space.
const LARGEST_INLINE_POLICY: usize = 10_240;

/// `GetInlinePolicyForPermissionSet`: an empty text where there is none.
pub fn inline(world: &World, input: &Input) -> Result<Value, AwsError> {
    Ok(json!({"InlinePolicy": existing(world, input)?.policies.inline}))
}

/// `PutInlinePolicyToPermissionSet`: roles have it once the permission set is provisioned anew.
pub fn put_inline(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    let arn = existing(world, input)?.arn.clone();
    let policy = input.required("InlinePolicy", 32_768)?;
    if let Some(why) = malformed(policy) {
        return Err(AwsError::invalid(input.service, "INVALID_PATTERN", why));
    }
    if policy.chars().filter(|c| !c.is_whitespace()).count() > LARGEST_INLINE_POLICY {
        return Err(AwsError::new("ServiceQuotaExceededException", "The inline policy is too long."));
    }
    let now = world.now;
    if let Some(set) = world.permission_sets.by_arn.get_mut(&arn) {
        policy.clone_into(&mut set.policies.inline);
        set.inline_changed = now;
    }
    Ok(json!({}))
}

/// `DeleteInlinePolicyFromPermissionSet`.
pub fn delete_inline(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    let arn = existing(world, input)?.arn.clone();
    let now = world.now;
    if let Some(set) = world.permission_sets.by_arn.get_mut(&arn) {
        set.policies.inline.clear();
        set.inline_changed = now;
    }
    Ok(json!({}))
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
