//! Who belongs to which group.

use serde_json::{Value, json};

use super::super::error::AwsError;
use super::super::input::{Input, is_store_id};
use super::super::page::Page;
use super::{LARGEST_PAGE, duplicate, listed, missing};
use crate::world::World;
use crate::world::directory::Membership;
use crate::world::permission_sets::IDENTITY_STORE_ID;

/// `ListGroupMemberships`.
pub fn list(world: &World, input: &Input) -> Result<Value, AwsError> {
    let group = existing_group(world, input)?;
    let members = world.directory.memberships.values().filter(|membership| membership.group_id == group);
    let (shown, next) =
        Page::asked(input, LARGEST_PAGE)?.cut(members.map(|membership| (membership.id.clone(), whole(membership))));
    Ok(listed("GroupMemberships", shown, next))
}

/// `ListGroupMembershipsForMember`.
pub fn list_for_member(world: &World, input: &Input) -> Result<Value, AwsError> {
    let user = existing_member(world, input)?;
    let groups = world.directory.groups_of(user);
    let (shown, next) =
        Page::asked(input, LARGEST_PAGE)?.cut(groups.map(|membership| (membership.id.clone(), whole(membership))));
    Ok(listed("GroupMemberships", shown, next))
}

/// `IsMemberInGroups`, for up to 100 groups.
pub fn is_member(world: &World, input: &Input) -> Result<Value, AwsError> {
    let user = existing_member(world, input)?;
    let groups = input.value("GroupIds").and_then(Value::as_array).filter(|all| (1..=100).contains(&all.len()));
    let groups = groups
        .ok_or_else(|| input.broken("INPUT_REQUIRED", "GroupIds", "Member must have length between 1 and 100"))?;
    let mut results = Vec::with_capacity(groups.len());
    for group in groups {
        let id = group.as_str().filter(|id| is_store_id(id));
        let id = id.ok_or_else(|| {
            input.broken("INVALID_PATTERN", "GroupIds", "Member must satisfy regular expression pattern")
        })?;
        if world.directory.group(id).is_none() {
            return Err(missing("GROUP", id));
        }
        let member = world.directory.membership(id, user).is_some();
        results.push(json!({"GroupId": id, "MemberId": {"UserId": user}, "MembershipExists": member}));
    }
    Ok(json!({"Results": results}))
}

/// `GetGroupMembershipId`.
pub fn get_id(world: &World, input: &Input) -> Result<Value, AwsError> {
    let (group, user) = (existing_group(world, input)?, existing_member(world, input)?);
    let found = world.directory.membership(group, user).ok_or_else(|| missing("GROUP_MEMBERSHIP", user))?;
    Ok(json!({"IdentityStoreId": IDENTITY_STORE_ID, "MembershipId": found.id}))
}

/// `DescribeGroupMembership`.
pub fn describe(world: &World, input: &Input) -> Result<Value, AwsError> {
    let id = input.store_id("MembershipId")?;
    Ok(whole(world.directory.memberships.get(id).ok_or_else(|| missing("GROUP_MEMBERSHIP", id))?))
}

/// `CreateGroupMembership`.
pub fn create(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    let group_id = existing_group(world, input)?.to_owned();
    let user_id = existing_member(world, input)?.to_owned();
    if world.directory.membership(&group_id, &user_id).is_some() {
        return Err(duplicate("GroupMembership"));
    }
    let id = format!("906768ae6b-{}", world.new_uuid());
    let membership = Membership { id: id.clone(), group_id, user_id, created: world.now };
    world.directory.memberships.insert(id.clone(), membership);
    Ok(json!({"IdentityStoreId": IDENTITY_STORE_ID, "MembershipId": id}))
}

/// `DeleteGroupMembership`.
pub fn delete(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    let id = input.store_id("MembershipId")?;
    world.directory.memberships.remove(id).ok_or_else(|| missing("GROUP_MEMBERSHIP", id))?;
    Ok(json!({}))
}

fn existing_group<'a>(world: &World, input: &'a Input) -> Result<&'a str, AwsError> {
    let id = input.store_id("GroupId")?;
    world.directory.group(id).map(|_| id).ok_or_else(|| missing("GROUP", id))
}

fn existing_member<'a>(world: &World, input: &'a Input) -> Result<&'a str, AwsError> {
    let id = input
        .value("MemberId")
        .and_then(|member| member.get("UserId"))
        .and_then(Value::as_str)
        .filter(|id| is_store_id(id));
    let id = id.ok_or_else(|| input.broken("INPUT_REQUIRED", "MemberId", "Member must not be null"))?;
    world.directory.user(id).map(|_| id).ok_or_else(|| missing("USER", id))
}

fn whole(membership: &Membership) -> Value {
    json!({
        "IdentityStoreId": IDENTITY_STORE_ID,
        "MembershipId": membership.id,
        "GroupId": membership.group_id,
        "MemberId": {"UserId": membership.user_id},
        "CreatedAt": membership.created.epoch_seconds(),
        "UpdatedAt": membership.created.epoch_seconds(),
    })
}
