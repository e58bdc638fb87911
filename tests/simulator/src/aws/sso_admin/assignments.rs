//! Creating, deleting and listing account assignments. No client token, set semantics, one operation at a time for a tuple.

use serde_json::{Value, json};

use super::super::error::AwsError;
use super::super::input::{Input, STORE_ID_PATTERN, is_store_id};
use super::super::page::Page;
use super::{LARGEST_PAGE, listed, status};
use crate::world::World;
use crate::world::access::{PrincipalType, Tuple};
use crate::world::credentials::Caller;
use crate::world::faults::FaultKind;
use crate::world::operations::{Fate, Kind};

/// Accepts a creation or a deletion. What it names must exist; an existing assignment may be created again.
pub fn change(world: &mut World, caller: &Caller, input: &Input, kind: Kind) -> Result<Value, AwsError> {
    let tuple = read_tuple(input)?;
    known(world, &tuple, kind)?;
    administered(world, caller, &tuple)?;
    if kind == Kind::Delete && !world.access.exists(&tuple) && !world.operations.conflicts(&tuple, world.now) {
        return Err(AwsError::not_found("The account assignment does not exist."));
    }
    if world.operations.conflicts(&tuple, world.now) {
        return Err(AwsError::conflict(
            "There is a conflicting operation in process. Wait until it completes, then try again.",
        ));
    }
    within_outstanding(world, input, kind)?;
    let fate = fate(world, input, &tuple);
    let operation = world.begin(kind, tuple, &caller.arn, fate);
    Ok(json!({status::member(kind): status::whole(&operation)}))
}

/// `ListAccountAssignments`: who holds one permission set in one account.
pub fn list(world: &World, input: &Input) -> Result<Value, AwsError> {
    input.instance()?;
    let account = input.account("AccountId")?;
    let set = input.permission_set()?;
    if world.permission_sets.find(set).is_none() {
        return Err(AwsError::not_found(format!("PermissionSet {set} does not exist.")));
    }
    let page = Page::asked(input, LARGEST_PAGE)?;
    let found = world.access.visible(Some(account), Some(set), world.seen_at());
    let (shown, next) = page.cut(found.into_iter().map(|tuple| (key(tuple), row(tuple))));
    Ok(listed("AccountAssignments", shown, next))
}

/// `ListAccountAssignmentsForPrincipal`: what a principal holds; for a user also by group. Only the management account may ask.
pub fn list_for_principal(world: &World, caller: &Caller, input: &Input) -> Result<Value, AwsError> {
    input.instance()?;
    let kind = read_principal_type(input)?;
    let principal = input.matching("PrincipalId", 47, STORE_ID_PATTERN, is_store_id)?;
    if caller.account != world.organization.management_account {
        return Err(AwsError::denied(input.service, "This operation can be called only from the management account."));
    }
    let only = input.value("Filter").and_then(|filter| filter.get("AccountId")).and_then(Value::as_str);
    let page = Page::asked(input, LARGEST_PAGE)?;
    let seen = world.seen_at();
    let mut found = world.access.visible_of(kind, principal, seen);
    if kind == PrincipalType::User {
        for membership in world.directory.groups_of(principal) {
            found.extend(world.access.visible_of(PrincipalType::Group, &membership.group_id, seen));
        }
    }
    found.retain(|tuple| only.is_none_or(|account| tuple.account_id == account));
    found.sort_by_key(key);
    let (shown, next) = page.cut(found.iter().map(|tuple| (key(tuple), row(tuple))));
    Ok(listed("AccountAssignments", shown, next))
}

fn read_tuple(input: &Input) -> Result<Tuple, AwsError> {
    input.instance()?;
    let account_id = input.account("TargetId")?.to_owned();
    input.one_of("TargetType", &["AWS_ACCOUNT"])?;
    Ok(Tuple {
        account_id,
        permission_set_arn: input.permission_set()?.to_owned(),
        principal_type: read_principal_type(input)?,
        principal_id: input.matching("PrincipalId", 47, STORE_ID_PATTERN, is_store_id)?.to_owned(),
    })
}

fn read_principal_type(input: &Input) -> Result<PrincipalType, AwsError> {
    match input.one_of("PrincipalType", &["USER", "GROUP"])? {
        "USER" => Ok(PrincipalType::User),
        _ => Ok(PrincipalType::Group),
    }
}

/// Everything that is named exists. A deletion may name a principal that is gone: orphans can be removed.
fn known(world: &World, tuple: &Tuple, kind: Kind) -> Result<(), AwsError> {
    if world.organization.account(&tuple.account_id).is_none() {
        return Err(AwsError::not_found(format!("Account {} does not exist.", tuple.account_id)));
    }
    if world.permission_sets.find(&tuple.permission_set_arn).is_none() {
        return Err(AwsError::not_found(format!("PermissionSet {} does not exist.", tuple.permission_set_arn)));
    }
    let principal_known = match tuple.principal_type {
        PrincipalType::User => world.directory.user(&tuple.principal_id).is_some(),
        PrincipalType::Group => world.directory.group(&tuple.principal_id).is_some(),
    };
    if principal_known || (kind == Kind::Delete && world.access.exists(tuple)) {
        return Ok(());
    }
    Err(AwsError::not_found(format!("{} {} does not exist.", tuple.principal_type.as_str(), tuple.principal_id)))
}

/// A delegated administrator may touch neither the management account nor a permission set that is provisioned there.
fn administered(world: &World, caller: &Caller, tuple: &Tuple) -> Result<(), AwsError> {
    let management = &world.organization.management_account;
    if caller.account == *management {
        return Ok(());
    }
    if tuple.account_id == *management || world.access.provisioned(management, &tuple.permission_set_arn) {
        let message = format!(
            "User: {} is not authorized: the permission set or the account belongs to the management account",
            caller.arn
        );
        return Err(AwsError::new("AccessDeniedException", message));
    }
    Ok(())
}

fn within_outstanding(world: &World, input: &Input, kind: Kind) -> Result<(), AwsError> {
    let settings = &world.settings;
    if !settings.quotas || (kind == Kind::Delete && !settings.deletions_counted) {
        return Ok(());
    }
    let deletions = if settings.deletions_counted { world.operations.outstanding(Kind::Delete) } else { 0 };
    if world.operations.outstanding(Kind::Create) + deletions < settings.outstanding_operations {
        return Ok(());
    }
    Err(AwsError::throttled(input.service, "There are too many requests processing. Please try again later."))
}

/// What was ordered for the end of this operation.
fn fate(world: &mut World, input: &Input, tuple: &Tuple) -> Fate {
    let account = Some(tuple.account_id.as_str());
    let mut fate = Fate::default();
    if let Some(fault) =
        world.faults.strike(&mut world.random, world.now, &input.operation, account, |kind| kind == FaultKind::Failed)
    {
        fate.failure = Some(fault.reason.unwrap_or_else(|| "Received a 500 status error from the service.".to_owned()));
        fate.effect_though_failed = fault.effect;
    }
    if let Some(fault) =
        world.faults.strike(&mut world.random, world.now, &input.operation, account, |kind| kind == FaultKind::Slow)
    {
        fate.takes = fault.seconds;
        fate.stuck = fault.seconds.is_none();
    }
    fate
}

fn row(tuple: &Tuple) -> Value {
    json!({
        "AccountId": tuple.account_id,
        "PermissionSetArn": tuple.permission_set_arn,
        "PrincipalType": tuple.principal_type.as_str(),
        "PrincipalId": tuple.principal_id,
    })
}

fn key(tuple: &Tuple) -> String {
    format!(
        "{}|{}|{}|{}",
        tuple.account_id,
        tuple.permission_set_arn,
        tuple.principal_type.as_str(),
        tuple.principal_id
    )
}
