//! CloudTrail's event history: `LookupEvents`, newest first, by one attribute, for 90 days. Events are shown late, each by another
//! while, so that an older one may come after a newer one.

use serde_json::{Value, json};

use super::Service;
use super::error::AwsError;
use super::input::Input;
use super::page::Page;
use crate::clock::Millis;
use crate::world::World;
use crate::world::credentials::Caller;
use crate::world::trail::Event;

const LARGEST_PAGE: usize = 50;
const DAYS_KEPT: i64 = 90;
const ATTRIBUTES: [&str; 8] =
    ["EventId", "EventName", "ReadOnly", "Username", "ResourceType", "ResourceName", "EventSource", "AccessKeyId"];

/// Serves one call.
pub fn serve(world: &World, input: &Input) -> Result<Value, AwsError> {
    match input.operation.as_str() {
        "LookupEvents" => lookup(world, input),
        other => Err(super::unknown(other)),
    }
}

/// Writes a change down, done or refused. Reads are in no event history here.
pub fn note(world: &mut World, caller: &Caller, input: &Input, error: Option<&str>) {
    let reads = ["List", "Describe", "Get", "Is", "Lookup"].iter().any(|verb| input.operation.starts_with(verb));
    if !reads && input.service != Service::Sts {
        let source = source_of(input.service);
        world.note_event(source, &input.operation, &caller.arn, &caller.access_key_id, error, input.as_value());
    }
}

const fn source_of(service: Service) -> &'static str {
    match service {
        Service::SsoAdmin => "sso.amazonaws.com",
        Service::IdentityStore => "identitystore.amazonaws.com",
        Service::Organizations => "organizations.amazonaws.com",
        Service::Sts => "sts.amazonaws.com",
        Service::CloudTrail => "cloudtrail.amazonaws.com",
    }
}

fn lookup(world: &World, input: &Input) -> Result<Value, AwsError> {
    let attribute = attribute(input)?;
    let (start, end) = (moment(input, "StartTime")?, moment(input, "EndTime")?);
    if let (Some(start), Some(end)) = (start, end)
        && start > end
    {
        return Err(AwsError::new("InvalidTimeRangeException", "The start time is after the end time."));
    }
    if input.number("MaxResults")?.is_some_and(|most| !(1..=50).contains(&most)) {
        return Err(AwsError::new("InvalidMaxResultsException", "MaxResults must be from 1 to 50."));
    }
    let oldest = Millis(world.now.0 - DAYS_KEPT * 24 * 60 * 60 * 1000);
    let page = Page::asked(input, LARGEST_PAGE)?;
    let before = match &page.after {
        None => None,
        Some(place) => Some(
            place
                .parse::<usize>()
                .map_err(|_| AwsError::new("InvalidNextTokenException", "The token is not one of this list."))?,
        ),
    };
    let found = world
        .trail
        .shown(world.now)
        .filter(|(place, _)| before.is_none_or(|before| *place < before))
        .filter(|(_, event)| event.at >= oldest)
        .filter(|(_, event)| start.is_none_or(|start| event.at >= start) && end.is_none_or(|end| event.at <= end))
        .filter(|(_, event)| attribute.is_none_or(|(key, value)| has(event, key, value)))
        .map(|(place, event)| (place.to_string(), shown(event)));
    let (events, next) = page.take(found);
    let mut answer = json!({"Events": events});
    if let (Some(fields), Some(next)) = (answer.as_object_mut(), next) {
        fields.insert("NextToken".to_owned(), json!(next));
    }
    Ok(answer)
}

/// The one attribute that may be asked by.
fn attribute(input: &Input) -> Result<Option<(&str, &str)>, AwsError> {
    let wrong = |why: &str| AwsError::new("InvalidLookupAttributesException", why);
    let all = input.value("LookupAttributes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let [only] = all else {
        return if all.is_empty() { Ok(None) } else { Err(wrong("You can specify only one lookup attribute.")) };
    };
    let text = |name: &str| only.get(name).and_then(Value::as_str);
    match (text("AttributeKey"), text("AttributeValue")) {
        (Some(key), Some(value)) if ATTRIBUTES.contains(&key) => Ok(Some((key, value))),
        (_, _) => Err(wrong("A lookup attribute has a key that is known, and a value.")),
    }
}

fn has(event: &Event, key: &str, value: &str) -> bool {
    match key {
        "EventId" => event.id == value,
        "EventName" => event.name == value,
        "ReadOnly" => value == "false",
        "Username" => event.user_name() == value,
        "EventSource" => event.source == value,
        "AccessKeyId" => event.access_key_id == value,
        // No resources are listed with the events of Identity Center.
        _ => false,
    }
}

fn moment(input: &Input, name: &str) -> Result<Option<Millis>, AwsError> {
    match input.value(name).map(Value::as_f64) {
        None => Ok(None),
        Some(Some(seconds)) => Ok(Some(Millis(0).plus_seconds(seconds))),
        Some(None) => Err(AwsError::new("SerializationException", format!("{name}: expected a number."))),
    }
}

fn shown(event: &Event) -> Value {
    json!({
        "EventId": event.id,
        "EventName": event.name,
        "ReadOnly": "false",
        "AccessKeyId": event.access_key_id,
        "EventTime": event.at.epoch_seconds(),
        "EventSource": event.source,
        "Username": event.user_name(),
        "Resources": [],
        "CloudTrailEvent": event.record(),
    })
}
