//! `ServiceNow`'s Table API.
//!
//! The number goes into an *encoded query*, where `^` begins the next condition and `javascript:` runs; so only letters,
//! digits, `-` and `_` pass. And an instance ignores a part of a query that it does not understand and answers with any
//! record; so a record counts only if it has the number that was asked for.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::{TicketFacts, not_a_number, shown};
use crate::Away;
use crate::door::Door;

const NUMBER: &str = "1 to 40 letters, digits, - and _, such as CHG0030001";
const CHANGES: &str = "change_request";

#[derive(Debug)]
pub(super) struct ServiceNow {
    door: Door,
    table: String,
    window: Option<(String, String)>,
}

#[derive(Deserialize)]
struct Records {
    result: Vec<Value>,
}

impl ServiceNow {
    pub(super) fn new(door: Door, table: Option<&str>, window: Option<(String, String)>) -> Self {
        let table = table.unwrap_or(CHANGES).to_owned();
        let usual = (table == CHANGES).then(|| ("start_date".to_owned(), "end_date".to_owned()));
        Self { door, window: window.or(usual), table }
    }

    pub(super) async fn look_up(&self, number: &str) -> Result<Option<TicketFacts>, Away> {
        let fits = number.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if !fits || !(1..=40).contains(&number.len()) {
            return Err(not_a_number(&self.door, number, NUMBER));
        }
        let mut fields = "number,state,active,assigned_to,assigned_to.email".to_owned();
        if let Some((start, end)) = &self.window {
            fields = format!("{fields},{start},{end}");
        }
        let mut url = self.door.url(&["api", "now", "table", &self.table]);
        url.query_pairs_mut()
            .append_pair("sysparm_query", &format!("number={number}"))
            .append_pair("sysparm_fields", &fields)
            .append_pair("sysparm_limit", "1")
            .append_pair("sysparm_display_value", "all")
            .append_pair("sysparm_exclude_reference_link", "true");
        let answer = self.door.in_time(self.door.get(url, "application/json")).await?;
        if answer.status == StatusCode::NOT_FOUND {
            // Some releases say so where nothing matches; anything else is another address than the API's.
            if self.door.words(&answer).eq_ignore_ascii_case("no record found") {
                return Ok(None);
            }
            return Err(self.door.unreadable("HTTP 404; are the settings base_url and table right?"));
        }
        let records: Records = self.door.read(&answer)?;
        let Some(record) = records.result.first() else { return Ok(None) };
        let theirs = value_of(record, "number").unwrap_or_default();
        if !theirs.eq_ignore_ascii_case(number) {
            return Err(self.door.unreadable("it is about another record than the one asked for"));
        }
        self.facts(record).map(Some)
    }

    fn facts(&self, record: &Value) -> Result<TicketFacts, Away> {
        let open = match value_of(record, "active") {
            Some("true" | "1") => true,
            Some("false" | "0") => false,
            _ => {
                return Err(self
                    .door
                    .unreadable("it does not tell whether the record is active; may Curfew read that?"));
            }
        };
        let state = shown(display_of(record, "state")).or_else(|| shown(value_of(record, "state")));
        Ok(TicketFacts {
            open,
            state: state.unwrap_or_else(|| if open { "active" } else { "inactive" }.to_owned()),
            assignee_email: shown(value_of(record, "assigned_to.email")),
            assignee_name: shown(display_of(record, "assigned_to")),
            window: self.window_of(record)?,
        })
    }

    fn window_of(&self, record: &Value) -> Result<Option<(Timestamp, Timestamp)>, Away> {
        let Some((start, end)) = &self.window else { return Ok(None) };
        let read = |field: &str| match value_of(record, field).unwrap_or_default() {
            "" => Ok(None),
            text => moment(text).map(Some).ok_or_else(|| self.door.unreadable(&format!("{field} is not a time"))),
        };
        Ok(read(start)?.zip(read(end)?))
    }
}

/// What the database holds.
fn value_of<'r>(record: &'r Value, field: &str) -> Option<&'r str> {
    record.get(field)?.get("value")?.as_str()
}

/// What people see.
fn display_of<'r>(record: &'r Value, field: &str) -> Option<&'r str> {
    record.get(field)?.get("display_value")?.as_str()
}

/// `2026-11-21 08:00:00`: values are in UTC, whatever the zone of the asking user.
fn moment(text: &str) -> Option<Timestamp> {
    let at = DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
    at.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}
