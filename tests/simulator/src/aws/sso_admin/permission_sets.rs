//! Permission sets: what an assignment gives.

use serde_json::{Value, json};

use super::super::error::AwsError;
use super::super::input::Input;
use super::super::page::Page;
use super::{LARGEST_PAGE, listed};
use crate::world::World;
use crate::world::permission_sets::{PermissionSet, Policies, arn_of};

/// `ListPermissionSets`: ARNs only; each needs a call for its details.
pub fn list(world: &World, input: &Input) -> Result<Value, AwsError> {
    input.instance()?;
    let arns = world.permission_sets.by_arn.keys();
    let (shown, next) = Page::asked(input, LARGEST_PAGE)?.cut(arns.map(|arn| (arn.clone(), json!(arn))));
    Ok(listed("PermissionSets", shown, next))
}

/// `DescribePermissionSet`.
pub fn describe(world: &World, input: &Input) -> Result<Value, AwsError> {
    Ok(json!({"PermissionSet": whole(existing(world, input)?)}))
}

/// `CreatePermissionSet`.
pub fn create(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    input.instance()?;
    let name = input.matching("Name", 32, "[\\w+=,.@-]+", |text| {
        text.chars().all(|c| c.is_alphanumeric() || "_+=,.@-".contains(c))
    })?;
    let session_duration = session_duration(input)?.unwrap_or_else(|| "PT1H".to_owned());
    if world.permission_sets.named(name).is_some() {
        return Err(AwsError::conflict(format!("PermissionSet with name {name} already exists.")));
    }
    let id: String = world.new_uuid().simple().to_string().chars().take(16).collect();
    let set = PermissionSet {
        arn: arn_of(&id),
        name: name.to_owned(),
        description: input.text("Description")?.map(str::to_owned),
        session_duration,
        relay_state: input.text("RelayState")?.map(str::to_owned),
        created: world.now,
        tags: tags(input),
        policies: Policies::default(),
        inline_changed: world.now,
    };
    let answer = json!({"PermissionSet": whole(&set)});
    world.permission_sets.by_arn.insert(set.arn.clone(), set);
    Ok(answer)
}

/// `UpdatePermissionSet`: what is left out stays.
pub fn update(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    let arn = existing(world, input)?.arn.clone();
    let (description, relay_state) = (input.text("Description")?, input.text("RelayState")?);
    let session_duration = session_duration(input)?;
    if let Some(set) = world.permission_sets.by_arn.get_mut(&arn) {
        if let Some(text) = description {
            set.description = Some(text.to_owned());
        }
        if let Some(text) = relay_state {
            set.relay_state = Some(text.to_owned());
        }
        if let Some(duration) = session_duration {
            set.session_duration = duration;
        }
    }
    Ok(json!({}))
}

/// `DeletePermissionSet`: not while somebody holds it.
pub fn delete(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    let arn = existing(world, input)?.arn.clone();
    if world.access.in_use(&arn) {
        return Err(AwsError::conflict("The permission set is in use: it has account assignments."));
    }
    world.permission_sets.by_arn.remove(&arn);
    Ok(json!({}))
}

/// `ListTagsForResource`, of a permission set.
pub fn list_tags(world: &World, input: &Input) -> Result<Value, AwsError> {
    let arn = input.required("ResourceArn", 2048)?;
    let missing = || AwsError::not_found(format!("Resource {arn} does not exist."));
    let set = world.permission_sets.find(arn).ok_or_else(missing)?;
    let items = set.tags.iter().map(|(key, value)| (key.clone(), json!({"Key": key, "Value": value})));
    let (shown, next) = Page::asked(input, LARGEST_PAGE)?.cut(items);
    Ok(listed("Tags", shown, next))
}

/// The permission set that a call names.
pub fn existing<'a>(world: &'a World, input: &Input) -> Result<&'a PermissionSet, AwsError> {
    input.instance()?;
    let arn = input.permission_set()?;
    world.permission_sets.find(arn).ok_or_else(|| AwsError::not_found(format!("PermissionSet {arn} does not exist.")))
}

fn whole(set: &PermissionSet) -> Value {
    let mut answer = json!({
        "Name": set.name,
        "PermissionSetArn": set.arn,
        "CreatedDate": set.created.epoch_seconds(),
        "SessionDuration": set.session_duration,
    });
    if let Some(fields) = answer.as_object_mut() {
        for (name, value) in [("Description", &set.description), ("RelayState", &set.relay_state)] {
            if let Some(text) = value {
                fields.insert(name.to_owned(), json!(text));
            }
        }
    }
    answer
}

/// One to twelve hours in ISO 8601.
fn session_duration(input: &Input) -> Result<Option<String>, AwsError> {
    let Some(text) = input.text("SessionDuration")? else {
        return Ok(None);
    };
    let seconds = text.parse::<jiff::SignedDuration>().map(|duration| duration.as_secs());
    if seconds.is_ok_and(|seconds| (3_600..=43_200).contains(&seconds)) {
        return Ok(Some(text.to_owned()));
    }
    Err(input.broken("INVALID_PATTERN", "SessionDuration", "Session duration must be between 1 and 12 hours"))
}

fn tags(input: &Input) -> Vec<(String, String)> {
    let all = input.value("Tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut tags: Vec<(String, String)> = all
        .iter()
        .filter_map(|tag| Some((tag.get("Key")?.as_str()?.to_owned(), tag.get("Value")?.as_str()?.to_owned())))
        .collect();
    tags.sort();
    tags
}
