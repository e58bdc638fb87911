//! Identity Store: users, groups and memberships. One file for each.

mod groups;
mod memberships;
mod users;

use serde_json::{Value, json};

use super::error::AwsError;
use super::input::Input;
use crate::world::World;

const LARGEST_PAGE: usize = 100;

/// Serves one call.
pub fn serve(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    input.store()?;
    match input.operation.as_str() {
        "ListUsers" => users::list(world, input),
        "DescribeUser" => users::describe(world, input),
        "GetUserId" => users::get_id(world, input),
        "CreateUser" => users::create(world, input),
        "UpdateUser" => users::update(world, input),
        "DeleteUser" => users::delete(world, input),
        "ListGroups" => groups::list(world, input),
        "DescribeGroup" => groups::describe(world, input),
        "GetGroupId" => groups::get_id(world, input),
        "CreateGroup" => groups::create(world, input),
        "DeleteGroup" => groups::delete(world, input),
        "ListGroupMemberships" => memberships::list(world, input),
        "ListGroupMembershipsForMember" => memberships::list_for_member(world, input),
        "IsMemberInGroups" => memberships::is_member(world, input),
        "GetGroupMembershipId" => memberships::get_id(world, input),
        "DescribeGroupMembership" => memberships::describe(world, input),
        "CreateGroupMembership" => memberships::create(world, input),
        "DeleteGroupMembership" => memberships::delete(world, input),
        other => Err(super::unknown(other)),
    }
}

fn listed(name: &str, items: Vec<Value>, next: Option<String>) -> Value {
    let mut answer = json!({name: items});
    if let (Some(fields), Some(next)) = (answer.as_object_mut(), next) {
        fields.insert("NextToken".to_owned(), json!(next));
    }
    answer
}

/// A user, group or membership that is not there.
fn missing(kind: &'static str, id: &str) -> AwsError {
    AwsError::not_found(format!("{kind} not found.")).with("ResourceType", kind).with("ResourceId", id)
}

/// Something with the same unique attribute exists.
fn duplicate(what: &str) -> AwsError {
    AwsError::conflict(format!("Duplicate {what}")).with("Reason", "UNIQUENESS_CONSTRAINT_VIOLATION")
}

/// The one attribute that a look-up goes by: its path and its value.
fn unique_attribute<'a>(input: &'a Input, kind: &'static str, paths: &[&str]) -> Result<(&'a str, &'a str), AwsError> {
    let wrong = |constraint: &str| input.broken("INPUT_REQUIRED", "AlternateIdentifier", constraint);
    let identifier = input.value("AlternateIdentifier").ok_or_else(|| wrong("Member must not be null"))?;
    if identifier.get("ExternalId").is_some() {
        return Err(missing(kind, "external identifier"));
    }
    let attribute = identifier.get("UniqueAttribute").ok_or_else(|| wrong("Member must not be null"))?;
    let text = |name: &str| attribute.get(name).and_then(Value::as_str);
    let path = text("AttributePath").ok_or_else(|| wrong("AttributePath must not be null"))?;
    let value = text("AttributeValue").ok_or_else(|| wrong("AttributeValue must be a string"))?;
    if value.is_empty() {
        return Err(wrong("AttributeValue must not be empty"));
    }
    if paths.iter().any(|known| known.eq_ignore_ascii_case(path)) {
        return Ok((path, value));
    }
    Err(wrong(&format!("AttributePath must be one of: {}", paths.join(", "))))
}

/// The one filter of a list: its path and its value. Deprecated in AWS, and still in use.
fn filter<'a>(input: &'a Input, paths: &[&str]) -> Result<Option<&'a str>, AwsError> {
    let Some(filters) = input.value("Filters").and_then(Value::as_array) else {
        return Ok(None);
    };
    let Some(first) = filters.first() else {
        return Ok(None);
    };
    let text = |name: &str| first.get(name).and_then(Value::as_str);
    let known = text("AttributePath").is_some_and(|path| paths.iter().any(|known| known.eq_ignore_ascii_case(path)));
    match text("AttributeValue") {
        Some(value) if known && filters.len() == 1 => Ok(Some(value)),
        _ => Err(input.broken(
            "INVALID_PATTERN",
            "Filters",
            &format!("AttributePath must be one of: {}", paths.join(", ")),
        )),
    }
}
