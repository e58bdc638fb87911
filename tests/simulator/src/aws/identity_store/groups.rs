//! Groups.

use serde_json::{Value, json};

use super::super::error::AwsError;
use super::super::input::Input;
use super::super::page::Page;
use super::{LARGEST_PAGE, duplicate, filter, listed, missing, unique_attribute};
use crate::world::World;
use crate::world::directory::Group;
use crate::world::permission_sets::IDENTITY_STORE_ID;

/// `ListGroups`.
pub fn list(world: &World, input: &Input) -> Result<Value, AwsError> {
    let name = filter(input, &["DisplayName"])?;
    let groups = world.directory.groups.values().filter(|group| name.is_none_or(|name| group.display_name == name));
    let (shown, next) = Page::asked(input, LARGEST_PAGE)?.cut(groups.map(|group| (group.id.clone(), whole(group))));
    Ok(listed("Groups", shown, next))
}

/// `DescribeGroup`.
pub fn describe(world: &World, input: &Input) -> Result<Value, AwsError> {
    let id = input.store_id("GroupId")?;
    Ok(whole(world.directory.group(id).ok_or_else(|| missing("GROUP", id))?))
}

/// `GetGroupId`, by name.
pub fn get_id(world: &World, input: &Input) -> Result<Value, AwsError> {
    let (_, name) = unique_attribute(input, "GROUP", &["displayName"])?;
    let group = world.directory.group_named(name).ok_or_else(|| missing("GROUP", name))?;
    Ok(json!({"IdentityStoreId": IDENTITY_STORE_ID, "GroupId": group.id}))
}

/// `CreateGroup`.
pub fn create(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    let name = input.required("DisplayName", 1024)?;
    if world.directory.group_named(name).is_some() {
        return Err(duplicate("GroupDisplayName"));
    }
    let id = format!("906768ae6b-{}", world.new_uuid());
    let group = Group {
        id: id.clone(),
        display_name: name.to_owned(),
        description: input.text("Description")?.map(str::to_owned),
        created: world.now,
        updated: world.now,
    };
    world.directory.groups.insert(id.clone(), group);
    Ok(json!({"IdentityStoreId": IDENTITY_STORE_ID, "GroupId": id}))
}

/// `DeleteGroup`.
pub fn delete(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    let id = input.store_id("GroupId")?;
    world.directory.remove_group(id).ok_or_else(|| missing("GROUP", id))?;
    Ok(json!({}))
}

fn whole(group: &Group) -> Value {
    let mut answer = json!({
        "IdentityStoreId": IDENTITY_STORE_ID,
        "GroupId": group.id,
        "DisplayName": group.display_name,
        "CreatedAt": group.created.epoch_seconds(),
        "UpdatedAt": group.updated.epoch_seconds(),
    });
    if let (Some(fields), Some(text)) = (answer.as_object_mut(), &group.description) {
        fields.insert("Description".to_owned(), json!(text));
    }
    answer
}
