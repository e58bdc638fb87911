//! EventBridge Scheduler: schedules and their groups, on REST paths. They really fire: an invocation is a call of an SDK operation
//! under the schedule's role, at its own moment, whenever somebody looks.

mod fire;
mod groups;
mod rest;
mod schedules;

use serde_json::Value;

pub use fire::fire;
pub use rest::read;

use super::error::AwsError;
use super::input::Input;
use crate::world::World;
use crate::world::credentials::Caller;

/// Serves one call.
pub fn serve(world: &mut World, caller: &Caller, input: &Input) -> Result<Value, AwsError> {
    match input.operation.as_str() {
        "CreateSchedule" => schedules::create(world, caller, input),
        "UpdateSchedule" => schedules::update(world, caller, input),
        "GetSchedule" => schedules::get(world, caller, input),
        "DeleteSchedule" => schedules::delete(world, input),
        "ListSchedules" => schedules::list(world, caller, input),
        "CreateScheduleGroup" => groups::create(world, caller, input),
        "GetScheduleGroup" => groups::get(world, caller, input),
        other => Err(super::unknown(other)),
    }
}

/// The region that schedules live in is that of the call; their ARNs say one.
pub const REGION: &str = "eu-central-1";

/// A name of a schedule or a group.
fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

const NAME_PATTERN: &str = "[0-9a-zA-Z-_.]+";
