//! Where permission sets are provisioned: in an account as long as somebody holds them there; and bringing changes to those roles.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::error::AwsError;
use super::super::input::Input;
use super::super::page::Page;
use super::permission_sets::existing;
use super::{LARGEST_PAGE, listed};
use crate::world::World;
use crate::world::operations::Status;
use crate::world::permission_sets::Provisioning;

/// Runs that are remembered.
const REMEMBERED: usize = 1_000;

/// `ListPermissionSetsProvisionedToAccount`.
pub fn list_for_account(world: &World, input: &Input) -> Result<Value, AwsError> {
    input.instance()?;
    let account = input.account("AccountId")?;
    let page = Page::asked(input, LARGEST_PAGE)?;
    let found: BTreeSet<String> = world
        .access
        .visible(Some(account), None, world.seen_at())
        .into_iter()
        .map(|tuple| tuple.permission_set_arn.clone())
        .collect();
    let (shown, next) = page.cut(
        wanted(input, found, |arn| world.is_outdated(account, arn))?.into_iter().map(|arn| (arn.clone(), json!(arn))),
    );
    Ok(listed("PermissionSets", shown, next))
}

/// `ListAccountsForProvisionedPermissionSet`.
pub fn list_accounts(world: &World, input: &Input) -> Result<Value, AwsError> {
    let set = existing(world, input)?;
    let page = Page::asked(input, LARGEST_PAGE)?;
    let found: BTreeSet<String> = world
        .access
        .visible(None, Some(&set.arn), world.seen_at())
        .into_iter()
        .map(|tuple| tuple.account_id.clone())
        .collect();
    let (shown, next) = page
        .cut(wanted(input, found, |id| world.is_outdated(id, &set.arn))?.into_iter().map(|id| (id.clone(), json!(id))));
    Ok(listed("AccountIds", shown, next))
}

/// `ProvisionPermissionSet`: one run at a time for a permission set in an account.
pub fn provision(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    let set = existing(world, input)?;
    let (arn, inline) = (set.arn.clone(), set.policies.inline.clone());
    let account_id = match input.one_of("TargetType", &["AWS_ACCOUNT", "ALL_PROVISIONED_ACCOUNTS"])? {
        "AWS_ACCOUNT" => Some(input.account("TargetId")?.to_owned()),
        _ => None,
    };
    if let Some(id) = &account_id
        && !world.access.provisioned(id, &arn)
    {
        return Err(AwsError::not_found(format!("PermissionSet {arn} is not provisioned to account {id}.")));
    }
    let now = world.now;
    let overlaps = |run: &Provisioning| {
        run.permission_set_arn == arn
            && run.status(now) == Status::InProgress
            && (run.account_id == account_id || run.account_id.is_none() || account_id.is_none())
    };
    if world.permission_sets.provisionings.iter().any(overlaps) {
        return Err(AwsError::conflict(
            "The permission set is being provisioned. Wait until it completes, then try again.",
        ));
    }
    let latency = world.next_latency();
    let run = Provisioning {
        request_id: world.new_uuid().to_string(),
        permission_set_arn: arn,
        account_id,
        created: now,
        due: now.plus_seconds(latency),
        inline,
    };
    let answer = json!({"PermissionSetProvisioningStatus": whole(&run, Status::InProgress)});
    let runs = &mut world.permission_sets.provisionings;
    if runs.len() >= REMEMBERED {
        runs.remove(0);
    }
    runs.push(run);
    Ok(answer)
}

/// `DescribePermissionSetProvisioningStatus`.
pub fn describe(world: &World, input: &Input) -> Result<Value, AwsError> {
    input.instance()?;
    let id = input.required("ProvisionPermissionSetRequestId", 36)?;
    let missing = || AwsError::not_found(format!("Request {id} does not exist."));
    let run = world.permission_sets.provisionings.iter().find(|run| run.request_id == id).ok_or_else(missing)?;
    Ok(json!({"PermissionSetProvisioningStatus": whole(run, run.status(world.now))}))
}

/// Those of them whose role is as the filter says.
fn wanted(
    input: &Input,
    mut found: BTreeSet<String>,
    is_outdated: impl Fn(&str) -> bool,
) -> Result<BTreeSet<String>, AwsError> {
    if input.value("ProvisioningStatus").is_none() {
        return Ok(found);
    }
    match input
        .one_of("ProvisioningStatus", &["LATEST_PERMISSION_SET_PROVISIONED", "LATEST_PERMISSION_SET_NOT_PROVISIONED"])?
    {
        "LATEST_PERMISSION_SET_PROVISIONED" => found.retain(|id| !is_outdated(id)),
        _ => found.retain(|id| is_outdated(id)),
    }
    Ok(found)
}

fn whole(run: &Provisioning, status: Status) -> Value {
    let mut answer = json!({
        "Status": status.as_str(),
        "RequestId": run.request_id,
        "PermissionSetArn": run.permission_set_arn,
        "CreatedDate": run.created.epoch_seconds(),
    });
    if let (Some(fields), Some(account)) = (answer.as_object_mut(), &run.account_id) {
        fields.insert("AccountId".to_owned(), json!(account));
    }
    answer
}

impl World {
    /// Whether the role of a permission set in an account is from before its own policy was written last.
    fn is_outdated(&self, account_id: &str, permission_set_arn: &str) -> bool {
        let Some(set) = self.permission_sets.find(permission_set_arn) else { return false };
        let since = self.permission_sets.provisionings.iter().any(|run| {
            run.permission_set_arn == set.arn
                && run.account_id.as_ref().is_none_or(|id| id == account_id)
                && run.created >= set.inline_changed
                && run.inline == set.policies.inline
                && run.status(self.now) == Status::Succeeded
        });
        let role_is_older = self.access.intervals().iter().any(|i| {
            i.until.is_none()
                && i.tuple.account_id == account_id
                && i.tuple.permission_set_arn == set.arn
                && i.from < set.inline_changed
        });
        role_is_older && !since
    }
}
