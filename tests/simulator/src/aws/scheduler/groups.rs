//! Groups of schedules.

use serde_json::{Value, json};

use super::super::error::AwsError;
use super::super::input::Input;
use super::{NAME_PATTERN, REGION, is_name};
use crate::world::World;
use crate::world::credentials::Caller;

/// `CreateScheduleGroup`.
pub fn create(world: &mut World, caller: &Caller, input: &Input) -> Result<Value, AwsError> {
    let name = input.matching("Name", 64, NAME_PATTERN, is_name)?;
    if world.schedules.group(name).is_some() {
        return Err(AwsError::conflict(format!("Schedule group {name} already exists.")));
    }
    let now = world.now;
    world.schedules.add_group(name, now);
    Ok(json!({"ScheduleGroupArn": arn(caller, name)}))
}

/// `GetScheduleGroup`.
pub fn get(world: &World, caller: &Caller, input: &Input) -> Result<Value, AwsError> {
    let name = input.matching("Name", 64, NAME_PATTERN, is_name)?;
    let made = world.schedules.group(name).ok_or_else(|| missing(name))?;
    Ok(json!({
        "Arn": arn(caller, name),
        "Name": name,
        "State": "ACTIVE",
        "CreationDate": made.epoch_seconds(),
        "LastModificationDate": made.epoch_seconds(),
    }))
}

/// The error about a group that is not there.
pub fn missing(name: &str) -> AwsError {
    AwsError::not_found(format!("Schedule group {name} does not exist."))
}

fn arn(caller: &Caller, name: &str) -> String {
    format!("arn:aws:scheduler:{REGION}:{}:schedule-group/{name}", caller.account)
}
