//! SSO Admin: the interface of IAM Identity Center. One file for each group of operations.

mod assignments;
mod permission_sets;
mod policies;
mod provisioning;
mod status;

use serde_json::{Value, json};

use super::error::AwsError;
use super::input::Input;
use super::page::Page;
use crate::seed::FOUNDED;
use crate::world::World;
use crate::world::credentials::Caller;
use crate::world::operations::Kind;
use crate::world::permission_sets::{IDENTITY_STORE_ID, INSTANCE_ARN, INSTANCE_NAME};

const LARGEST_PAGE: usize = 100;

/// Serves one call. Only the management account and the delegated administrator's may ask.
pub fn serve(world: &mut World, caller: &Caller, input: &Input) -> Result<Value, AwsError> {
    let organization = &world.organization;
    if caller.account != organization.management_account && caller.account != organization.delegated_account {
        return Err(AwsError::denied(input.service, "You do not have sufficient access to perform this action."));
    }
    match input.operation.as_str() {
        "ListInstances" => {
            let (instances, next) = Page::asked(input, LARGEST_PAGE)?.cut([(INSTANCE_ARN.to_owned(), instance(world))]);
            Ok(listed("Instances", instances, next))
        }
        "DescribeInstance" => input.instance().map(|()| instance(world)),
        "ListPermissionSets" => permission_sets::list(world, input),
        "DescribePermissionSet" => permission_sets::describe(world, input),
        "CreatePermissionSet" => permission_sets::create(world, input),
        "UpdatePermissionSet" => permission_sets::update(world, input),
        "DeletePermissionSet" => permission_sets::delete(world, input),
        "ListTagsForResource" => permission_sets::list_tags(world, input),
        "GetInlinePolicyForPermissionSet" => policies::inline(world, input),
        "PutInlinePolicyToPermissionSet" => policies::put_inline(world, input),
        "DeleteInlinePolicyFromPermissionSet" => policies::delete_inline(world, input),
        "GetPermissionsBoundaryForPermissionSet" => policies::boundary(world, input),
        "ListManagedPoliciesInPermissionSet" => policies::managed(world, input),
        "ListCustomerManagedPolicyReferencesInPermissionSet" => policies::customer(world, input),
        "CreateAccountAssignment" => assignments::change(world, caller, input, Kind::Create),
        "DeleteAccountAssignment" => assignments::change(world, caller, input, Kind::Delete),
        "ListAccountAssignments" => assignments::list(world, input),
        "ListAccountAssignmentsForPrincipal" => assignments::list_for_principal(world, caller, input),
        "DescribeAccountAssignmentCreationStatus" => status::describe(world, input, Kind::Create),
        "DescribeAccountAssignmentDeletionStatus" => status::describe(world, input, Kind::Delete),
        "ListAccountAssignmentCreationStatus" => status::list(world, input, Kind::Create),
        "ListAccountAssignmentDeletionStatus" => status::list(world, input, Kind::Delete),
        "ListPermissionSetsProvisionedToAccount" => provisioning::list_for_account(world, input),
        "ListAccountsForProvisionedPermissionSet" => provisioning::list_accounts(world, input),
        "ProvisionPermissionSet" => provisioning::provision(world, input),
        "DescribePermissionSetProvisioningStatus" => provisioning::describe(world, input),
        other => Err(super::unknown(other)),
    }
}

fn instance(world: &World) -> Value {
    json!({
        "InstanceArn": INSTANCE_ARN,
        "IdentityStoreId": IDENTITY_STORE_ID,
        "OwnerAccountId": world.organization.management_account,
        "Name": INSTANCE_NAME,
        "CreatedDate": FOUNDED.epoch_seconds(),
        "Status": "ACTIVE",
    })
}

fn listed(name: &str, items: Vec<Value>, next: Option<String>) -> Value {
    let mut answer = json!({name: items});
    if let (Some(fields), Some(next)) = (answer.as_object_mut(), next) {
        fields.insert("NextToken".to_owned(), json!(next));
    }
    answer
}
