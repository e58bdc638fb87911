//! An invocation: the call that a schedule makes under its role, through the same gates as everybody's.

use serde_json::Value;

use super::super::input::Input;
use super::super::{Service, gates};
use super::schedules::{lateness, pascal};
use crate::seed::hex_of;
use crate::world::World;
use crate::world::credentials::Caller;
use crate::world::schedules::{Firing, Invocation};

/// Errors after which Scheduler tries again.
const AGAIN: [&str; 3] = ["ThrottlingException", "InternalServerException", "ConflictException"];

/// Makes the call of the next invocation that is due; the world stands at its moment.
pub fn fire(world: &mut World) {
    let Some(invocation) = world.schedules.take() else { return };
    let at = world.now;
    let outcome = call(world, &invocation);
    let rest = backoff(invocation.attempt);
    let next = at.plus_seconds(rest);
    #[expect(clippy::cast_precision_loss, reason = "at most a day")]
    let oldest = invocation.occurrence.plus_seconds(invocation.target.oldest_seconds as f64);
    let again = AGAIN.contains(&outcome.as_str()) && invocation.attempt < invocation.target.retries && next <= oldest;
    let (group, schedule) = invocation.key.clone();
    world.schedules.note(Firing {
        at,
        group,
        schedule,
        occurrence: invocation.occurrence,
        attempt: invocation.attempt,
        target_arn: invocation.target.arn.clone(),
        role_arn: invocation.target.role_arn.clone(),
        input: serde_json::from_str(&invocation.target.input).unwrap_or(Value::Null),
        given_up: outcome != "ok" && !again,
        outcome,
    });
    if invocation.attempt == 0 {
        let window = world.schedules.find(&invocation.key).map_or(0, |schedule| schedule.window_minutes);
        let lateness = lateness(world, window);
        world.schedules.go_on(&invocation.key, invocation.occurrence, lateness);
    }
    if again {
        world.schedules.again(invocation, next);
    }
}

/// The outcome of the call: `ok`, or the error's code.
fn call(world: &mut World, invocation: &Invocation) -> String {
    let target = &invocation.target;
    let role = world.credentials.role(&target.role_arn).filter(|role| !role.revoked);
    let Some(powers) = role.map(|role| role.powers.clone()) else { return "AccessDeniedException".to_owned() };
    let action = target.arn.rsplit(':').next().unwrap_or_default();
    let input = match Input::from_json(Service::SsoAdmin, pascal(action), target.input.as_bytes()) {
        Ok(input) => input,
        Err(error) => return error.code.to_owned(),
    };
    let account = target.role_arn.split(':').nth(4).unwrap_or_default().to_owned();
    let role = target.role_arn.rsplit('/').next().unwrap_or_default();
    let session = hex_of("schedule", &invocation.key.1, 32);
    let caller = Caller {
        access_key_id: String::new(),
        arn: format!("arn:aws:sts::{account}:assumed-role/{role}/{session}"),
        user_id: format!("AROA{}:{session}", hex_of("role", &target.role_arn, 17).to_uppercase()),
        account,
        powers,
    };
    gates::on_behalf(world, &caller, &input)
}

/// Seconds until the next try.
fn backoff(attempt: i64) -> f64 {
    [1.0, 2.0, 4.0, 8.0, 16.0].get(usize::try_from(attempt).unwrap_or(usize::MAX)).copied().unwrap_or(30.0)
}
