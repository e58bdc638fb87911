//! Paths and queries of the REST protocol, as the members of a call.

use serde_json::{Map, Value};

use super::super::Service;
use super::super::error::AwsError;
use super::super::input::Input;

/// The call that a path of Scheduler is; `None` for other paths.
pub fn read(method: &str, path: &str, query: &str, body: &[u8]) -> Option<Result<Input, AwsError>> {
    let path = path.strip_prefix('/')?;
    let (collection, name) = path.split_once('/').map_or((path, None), |(collection, name)| (collection, Some(name)));
    let operation = match (collection, method, name.is_some()) {
        ("schedules", "POST", true) => "CreateSchedule",
        ("schedules", "PUT", true) => "UpdateSchedule",
        ("schedules", "GET", true) => "GetSchedule",
        ("schedules", "DELETE", true) => "DeleteSchedule",
        ("schedules", "GET", false) => "ListSchedules",
        ("schedule-groups", "POST", true) => "CreateScheduleGroup",
        ("schedule-groups", "GET", true) => "GetScheduleGroup",
        ("schedules" | "schedule-groups", ..) => return Some(Err(super::super::unknown(collection))),
        _ => return None,
    };
    Some(input(operation, name, query, body))
}

fn input(operation: &str, name: Option<&str>, query: &str, body: &[u8]) -> Result<Input, AwsError> {
    let mut fields = match serde_json::from_slice(body) {
        _ if body.is_empty() => Map::new(),
        Ok(Value::Object(fields)) => fields,
        Ok(_) | Err(_) => return Err(AwsError::new("SerializationException", "The body is not a JSON object.")),
    };
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
        // The members' names in queries begin in lower case for some operations.
        let mut letters = key.chars();
        let member = letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect();
        fields.insert(member, Value::String(value.into_owned()));
    }
    if let Some(name) = name {
        fields.insert("Name".to_owned(), Value::String(name.to_owned()));
    }
    Ok(Input::from_fields(Service::Scheduler, operation.to_owned(), fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_its_query_are_a_call() {
        let read = read("DELETE", "/schedules/a-1", "groupName=ours&clientToken=t", b"").unwrap().unwrap();
        assert_eq!(read.operation, "DeleteSchedule");
        let text = |name: &str| read.value(name).and_then(Value::as_str).map(str::to_owned);
        assert_eq!(text("Name").as_deref(), Some("a-1"));
        assert_eq!(text("GroupName").as_deref(), Some("ours"));
        assert_eq!(text("ClientToken").as_deref(), Some("t"));
    }

    #[test]
    fn other_paths_are_not_scheduler_s() {
        assert!(read("POST", "/", "", b"").is_none());
        assert!(read("GET", "/schedulesx/a", "", b"").is_none());
        assert!(read("PATCH", "/schedules/a", "", b"").unwrap().is_err());
    }
}
