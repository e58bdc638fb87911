//! What became of an assignment operation: one by request id, or a list that follows all that are under way.

use serde_json::{Value, json};

use super::super::error::AwsError;
use super::super::input::Input;
use super::super::page::Page;
use super::{LARGEST_PAGE, listed};
use crate::world::World;
use crate::world::operations::{Kind, Operation, Status};

/// One operation. Creation and deletion ids are not interchangeable.
pub fn describe(world: &World, input: &Input, kind: Kind) -> Result<Value, AwsError> {
    input.instance()?;
    let field = match kind {
        Kind::Create => "AccountAssignmentCreationRequestId",
        Kind::Delete => "AccountAssignmentDeletionRequestId",
    };
    let pattern = "\\b[0-9a-f]{8}\\b-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-\\b[0-9a-f]{12}\\b";
    let id = input.matching(field, 36, pattern, |text| text.len() == 36 && uuid::Uuid::try_parse(text).is_ok())?;
    let missing = || AwsError::not_found(format!("Request {id} does not exist."));
    let operation = world.operations.find(kind, id).filter(|found| is_known(world, found)).ok_or_else(missing)?;
    Ok(json!({member(kind): whole(operation)}))
}

/// All operations of a kind, newest first, short: status, request id and date.
pub fn list(world: &World, input: &Input, kind: Kind) -> Result<Value, AwsError> {
    input.instance()?;
    let status = match input.value("Filter").and_then(|filter| filter.get("Status")).and_then(Value::as_str) {
        None => None,
        Some(word) => {
            let constraint = "Member must satisfy enum value set: [IN_PROGRESS, FAILED, SUCCEEDED]";
            Some(Status::parse(word).ok_or_else(|| input.broken("INVALID_ENUM", "filter.status", constraint))?)
        }
    };
    let page = Page::asked(input, LARGEST_PAGE)?;
    let before = match &page.after {
        None => None,
        Some(key) => {
            Some(key.parse::<u64>().map_err(|_| input.broken("INVALID_NEXT_TOKEN", "NextToken", "Invalid token"))?)
        }
    };
    let (shown, next) = page.take(
        world
            .operations
            .list(kind, status, before)
            .filter(|(_, found)| is_known(world, found))
            .map(|(id, operation)| (id.to_string(), short(operation))),
    );
    let name = match kind {
        Kind::Create => "AccountAssignmentsCreationStatus",
        Kind::Delete => "AccountAssignmentsDeletionStatus",
    };
    Ok(listed(name, shown, next))
}

/// In the first moments of its life nobody knows an operation's id.
fn is_known(world: &World, operation: &Operation) -> bool {
    operation.created.plus_seconds(world.settings.unknown_at_first_seconds) <= world.now
}

/// The member that holds an operation's status.
pub fn member(kind: Kind) -> &'static str {
    match kind {
        Kind::Create => "AccountAssignmentCreationStatus",
        Kind::Delete => "AccountAssignmentDeletionStatus",
    }
}

/// An operation with all that it is about.
pub fn whole(operation: &Operation) -> Value {
    let tuple = &operation.tuple;
    let mut status = json!({
        "Status": operation.status.as_str(),
        "RequestId": operation.request_id,
        "TargetId": tuple.account_id,
        "TargetType": "AWS_ACCOUNT",
        "PermissionSetArn": tuple.permission_set_arn,
        "PrincipalType": tuple.principal_type.as_str(),
        "PrincipalId": tuple.principal_id,
        "CreatedDate": operation.created.epoch_seconds(),
    });
    if let (Some(fields), Some(reason)) = (status.as_object_mut(), &operation.failure) {
        fields.insert("FailureReason".to_owned(), json!(reason));
    }
    status
}

fn short(operation: &Operation) -> Value {
    json!({
        "Status": operation.status.as_str(),
        "RequestId": operation.request_id,
        "CreatedDate": operation.created.epoch_seconds(),
    })
}
