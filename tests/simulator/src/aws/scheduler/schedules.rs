//! Making, changing, reading and deleting schedules.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use rand::Rng as _;
use serde_json::{Value, json};

use super::super::error::AwsError;
use super::super::input::Input;
use super::super::page::Page;
use super::super::{Service, catalog};
use super::{NAME_PATTERN, REGION, groups, is_name};
use crate::clock::Millis;
use crate::world::World;
use crate::world::credentials::Caller;
use crate::world::schedules::expression::{Expression, Misread};
use crate::world::schedules::{DEFAULT_GROUP, Key, Schedule, Target};

const LARGEST_PAGE: usize = 100;
/// Who assumes the roles of schedules.
const ITSELF: &str = "scheduler.amazonaws.com";
/// How long ago a start may lie.
const START_AGO: i64 = 5 * 60 * 1000;
/// What operations of a universal target may not begin with.
const READS: [&str; 22] = [
    "get",
    "describe",
    "list",
    "poll",
    "receive",
    "search",
    "scan",
    "query",
    "select",
    "read",
    "lookup",
    "discover",
    "validate",
    "batchGet",
    "batchDescribe",
    "batchRead",
    "transactGet",
    "adminGet",
    "adminList",
    "testMigration",
    "retrieve",
    "testConnection",
];

/// `CreateSchedule`. The same call again, by its token, is no conflict.
pub fn create(world: &mut World, caller: &Caller, input: &Input) -> Result<Value, AwsError> {
    let key = key(input)?;
    let token = input.text("ClientToken")?.map(str::to_owned);
    if world.schedules.group(&key.0).is_none() {
        return Err(groups::missing(&key.0));
    }
    let mut schedule = read(world, caller, input, key.clone())?;
    if let Some(there) = world.schedules.find(&key) {
        if token.is_some() && there.client_token == token {
            return Ok(json!({"ScheduleArn": arn(caller, &key)}));
        }
        return Err(AwsError::conflict(format!("Schedule {} already exists.", key.1)));
    }
    if world.schedules.count() >= world.settings.schedules {
        return Err(AwsError::new("ServiceQuotaExceededException", "The number of schedules exceeds the quota."));
    }
    schedule.client_token = token;
    put(world, schedule);
    Ok(json!({"ScheduleArn": arn(caller, &key)}))
}

/// `UpdateSchedule`: everything is said anew; what is left out has its default.
pub fn update(world: &mut World, caller: &Caller, input: &Input) -> Result<Value, AwsError> {
    let key = key(input)?;
    let Some(there) = world.schedules.find(&key).cloned() else { return Err(missing(&key)) };
    let mut schedule = read(world, caller, input, key.clone())?;
    schedule.created = there.created;
    schedule.client_token = there.client_token;
    put(world, schedule);
    Ok(json!({"ScheduleArn": arn(caller, &key)}))
}

fn put(world: &mut World, schedule: Schedule) {
    let lateness = lateness(world, schedule.window_minutes);
    let now = world.now;
    world.schedules.put(schedule, now, lateness);
}

/// Milliseconds after the minute that an invocation comes at.
pub fn lateness(world: &mut World, window_minutes: i64) -> i64 {
    let most = world.settings.schedule_precision_seconds * 1000 + window_minutes * 60_000;
    if most <= 0 { 0 } else { world.random.random_range(0..most) }
}

/// `GetSchedule`.
pub fn get(world: &World, caller: &Caller, input: &Input) -> Result<Value, AwsError> {
    let key = key(input)?;
    world.schedules.find(&key).map(|schedule| whole(caller, schedule)).ok_or_else(|| missing(&key))
}

/// `DeleteSchedule`.
pub fn delete(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    let key = key(input)?;
    if world.schedules.remove(&key) { Ok(json!({})) } else { Err(missing(&key)) }
}

/// `ListSchedules`, by group and name.
pub fn list(world: &World, caller: &Caller, input: &Input) -> Result<Value, AwsError> {
    let (group, prefix) = (input.text("ScheduleGroup")?, input.text("NamePrefix")?);
    if let Some(group) = group
        && world.schedules.group(group).is_none()
    {
        return Err(groups::missing(group));
    }
    let page = Page::asked(input, LARGEST_PAGE)?;
    let wanted = world.schedules.iter().filter(|schedule| {
        group.is_none_or(|group| schedule.group == group)
            && prefix.is_none_or(|prefix| schedule.name.starts_with(prefix))
    });
    let (shown, next) =
        page.cut(wanted.map(|schedule| (format!("{}/{}", schedule.group, schedule.name), short(caller, schedule))));
    let mut answer = json!({"Schedules": shown});
    if let (Some(fields), Some(next)) = (answer.as_object_mut(), next) {
        fields.insert("NextToken".to_owned(), json!(next));
    }
    Ok(answer)
}

fn key(input: &Input) -> Result<Key, AwsError> {
    let name = input.matching("Name", 64, NAME_PATTERN, is_name)?.to_owned();
    let group = match input.text("GroupName")? {
        None => DEFAULT_GROUP.to_owned(),
        Some(_) => input.matching("GroupName", 64, NAME_PATTERN, is_name)?.to_owned(),
    };
    Ok((group, name))
}

/// A schedule as a call describes it, held against what AWS demands.
fn read(world: &World, caller: &Caller, input: &Input, key: Key) -> Result<Schedule, AwsError> {
    let now = world.now;
    let written = input.required("ScheduleExpression", 256)?.to_owned();
    let time_zone = input.text("ScheduleExpressionTimezone")?.unwrap_or("UTC").to_owned();
    let zone = if time_zone == "UTC" { Ok(TimeZone::UTC) } else { TimeZone::get(&time_zone) };
    let zone = zone.map_err(|_| invalid("Provided ScheduleExpressionTimezone is not valid."))?;
    let expression = Expression::parse(&written, &zone).map_err(|misread| match misread {
        Misread::Invalid => invalid(format!("Invalid Schedule Expression {written}.")),
        Misread::NotSimulated => invalid("The simulator has no cron expressions."),
    })?;
    let (start, end) = (moment(input, "StartDate")?, moment(input, "EndDate")?);
    if let Expression::Rate(_) = expression {
        if start.is_some_and(|start| start.0 < now.0 - START_AGO) {
            return Err(invalid("The StartDate you specify cannot be earlier than 5 minutes ago."));
        }
        if end.is_some_and(|end| end < now) {
            return Err(invalid("The EndDate you specify cannot be in the past."));
        }
        if let (Some(start), Some(end)) = (start, end)
            && end <= start
        {
            return Err(invalid("The StartDate you specify must come before the EndDate."));
        }
    }
    let (start, end) = if matches!(expression, Expression::At(_)) { (None, None) } else { (start, end) };
    let window_minutes = window(input)?;
    let enabled = match input.text("State")? {
        None | Some("ENABLED") => true,
        Some("DISABLED") => false,
        Some(_) => return Err(input.broken("", "State", "Member must satisfy enum value set: [DISABLED, ENABLED]")),
    };
    let delete_after_completion = match input.text("ActionAfterCompletion")? {
        None | Some("NONE") => false,
        Some("DELETE") => true,
        Some(_) => {
            let constraint = "Member must satisfy enum value set: [NONE, DELETE]";
            return Err(input.broken("", "ActionAfterCompletion", constraint));
        }
    };
    let target = target(world, caller, input, &key)?;
    let description = input.text("Description")?.map(str::to_owned);
    Ok(Schedule::new(
        key,
        (expression, written, time_zone),
        (start, end),
        window_minutes,
        enabled,
        description,
        target,
        delete_after_completion,
        now,
    ))
}

fn window(input: &Input) -> Result<i64, AwsError> {
    let window = input.value("FlexibleTimeWindow");
    let window = window.ok_or_else(|| input.broken("", "FlexibleTimeWindow", "Member must not be null"))?;
    let minutes = window.get("MaximumWindowInMinutes").and_then(Value::as_i64);
    match (window.get("Mode").and_then(Value::as_str), minutes) {
        (Some("OFF"), None) => Ok(0),
        (Some("FLEXIBLE"), Some(minutes @ 1..=1440)) => Ok(minutes),
        (Some("OFF" | "FLEXIBLE"), _) => Err(invalid("The MaximumWindowInMinutes does not go with the window's Mode.")),
        _ => Err(input.broken("", "FlexibleTimeWindow", "Member must satisfy enum value set: [OFF, FLEXIBLE]")),
    }
}

/// What shall be called. The role must be there, let Scheduler assume it, and be one that the caller may pass on.
fn target(world: &World, caller: &Caller, input: &Input, key: &Key) -> Result<Target, AwsError> {
    let target = input.value("Target").ok_or_else(|| input.broken("", "Target", "Member must not be null"))?;
    let text = |name: &str| target.get(name).and_then(Value::as_str).map(str::to_owned);
    let arn = text("Arn").ok_or_else(|| input.broken("", "Target.Arn", "Member must not be null"))?;
    let role_arn = text("RoleArn").ok_or_else(|| input.broken("", "Target.RoleArn", "Member must not be null"))?;
    let action = arn
        .strip_prefix("arn:aws:scheduler:::aws-sdk:")
        .and_then(|rest| rest.split_once(':'))
        .ok_or_else(|| invalid(format!("Provided Arn is not in correct format: {arn}.")))?;
    if READS.iter().any(|read| action.1.starts_with(read)) {
        return Err(invalid(format!("{arn} is not a supported target: it reads.")));
    }
    if action.0 != "ssoadmin" || !catalog::knows(Service::SsoAdmin, &pascal(action.1)) {
        return Err(invalid(format!("{arn} is not a supported target.")));
    }
    let input_text = text("Input").unwrap_or_else(|| "{}".to_owned());
    if !serde_json::from_str::<Value>(&input_text).is_ok_and(|value| value.is_object()) {
        return Err(invalid("Invalid RequestJson provided."));
    }
    if !role_arn.starts_with("arn:aws:iam::") || !role_arn.contains(":role/") {
        return Err(invalid(format!("Provided RoleArn is not in correct format: {role_arn}.")));
    }
    if !caller.powers.may_pass(&role_arn, ITSELF) {
        let message = format!(
            "User: {} is not authorized to perform: iam:PassRole on resource: {role_arn} because no identity-based policy allows the iam:PassRole action",
            caller.arn
        );
        return Err(AwsError::denied(Service::Scheduler, message));
    }
    let group = format!("arn:aws:scheduler:{REGION}:{}:schedule-group/{}", caller.account, key.0);
    let context = BTreeMap::from([("aws:SourceAccount", caller.account.clone()), ("aws:SourceArn", group)]);
    if !world.credentials.role(&role_arn).is_some_and(|role| role.trusts(ITSELF, context)) {
        return Err(invalid("The execution role you provide must allow AWS EventBridge Scheduler to assume the role."));
    }
    let retry = target.get("RetryPolicy");
    let number = |name: &str, usual: i64| retry.and_then(|r| r.get(name)).and_then(Value::as_i64).unwrap_or(usual);
    let (retries, oldest_seconds) =
        (number("MaximumRetryAttempts", 185), number("MaximumEventAgeInSeconds", 24 * 60 * 60));
    if !(0..=185).contains(&retries) || !(60..=86_400).contains(&oldest_seconds) {
        return Err(invalid("The RetryPolicy is out of bounds."));
    }
    let dead_letter_arn =
        target.get("DeadLetterConfig").and_then(|d| d.get("Arn")).and_then(Value::as_str).map(str::to_owned);
    if dead_letter_arn.as_ref().is_some_and(|arn| !arn.starts_with("arn:aws:sqs:")) {
        return Err(invalid("The dead-letter queue must be one of SQS."));
    }
    Ok(Target { arn, role_arn, input: input_text, retries, oldest_seconds, dead_letter_arn })
}

/// The operation's name in its service's model.
pub fn pascal(action: &str) -> String {
    let mut letters = action.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn moment(input: &Input, name: &str) -> Result<Option<Millis>, AwsError> {
    match input.value(name) {
        None => Ok(None),
        Some(value) => match value.as_f64() {
            Some(seconds) => Ok(Some(Millis(0).plus_seconds(seconds))),
            None => Err(AwsError::new("SerializationException", format!("{name}: expected a number."))),
        },
    }
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::invalid(Service::Scheduler, "", message)
}

fn missing(key: &Key) -> AwsError {
    AwsError::not_found(format!("Schedule {} does not exist.", key.1))
}

fn arn(caller: &Caller, key: &Key) -> String {
    format!("arn:aws:scheduler:{REGION}:{}:schedule/{}/{}", caller.account, key.0, key.1)
}

fn short(caller: &Caller, schedule: &Schedule) -> Value {
    let key = (schedule.group.clone(), schedule.name.clone());
    json!({
        "Arn": arn(caller, &key),
        "Name": schedule.name,
        "GroupName": schedule.group,
        "State": if schedule.enabled { "ENABLED" } else { "DISABLED" },
        "CreationDate": schedule.created.epoch_seconds(),
        "LastModificationDate": schedule.modified.epoch_seconds(),
        "Target": {"Arn": schedule.target.arn},
    })
}

fn whole(caller: &Caller, schedule: &Schedule) -> Value {
    let mut value = short(caller, schedule);
    let target = &schedule.target;
    let window = match schedule.window_minutes {
        0 => json!({"Mode": "OFF"}),
        minutes => json!({"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes}),
    };
    if let Some(fields) = value.as_object_mut() {
        fields.insert("ScheduleExpression".to_owned(), json!(schedule.written));
        fields.insert("ScheduleExpressionTimezone".to_owned(), json!(schedule.time_zone));
        fields.insert("FlexibleTimeWindow".to_owned(), window);
        let after = if schedule.delete_after_completion { "DELETE" } else { "NONE" };
        fields.insert("ActionAfterCompletion".to_owned(), json!(after));
        for (name, moment) in [("StartDate", schedule.start), ("EndDate", schedule.end)] {
            fields.extend(moment.map(|moment| (name.to_owned(), json!(moment.epoch_seconds()))));
        }
        fields.extend(schedule.description.as_ref().map(|text| ("Description".to_owned(), json!(text))));
        let mut called = json!({
            "Arn": target.arn,
            "RoleArn": target.role_arn,
            "Input": target.input,
            "RetryPolicy": {"MaximumRetryAttempts": target.retries, "MaximumEventAgeInSeconds": target.oldest_seconds},
        });
        if let (Some(called), Some(queue)) = (called.as_object_mut(), &target.dead_letter_arn) {
            called.insert("DeadLetterConfig".to_owned(), json!({"Arn": queue}));
        }
        fields.insert("Target".to_owned(), called);
    }
    value
}
