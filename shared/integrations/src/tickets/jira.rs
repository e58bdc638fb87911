//! Jira's REST API: version 3 in the cloud, version 2 in a data center; what we read is the same in both.
//!
//! Jira hides more than it refuses: with credentials that it does not accept it may go on as a stranger and answer 404
//! for every issue, and only a header tells. The cloud shows a person's address only where their profile allows it.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use reqwest::StatusCode;
use serde_json::Value;

use super::{TicketFacts, not_a_number, shown};
use crate::Away;
use crate::door::{Answer, Door};

const KEY: &str = "a project's key, a hyphen and a number, such as OPS-123";

#[derive(Debug)]
pub(super) struct Jira {
    door: Door,
    version: &'static str,
    window: Option<(String, String)>,
}

impl Jira {
    pub(super) const fn new(door: Door, version: &'static str, window: Option<(String, String)>) -> Self {
        Self { door, version, window }
    }

    pub(super) async fn look_up(&self, number: &str) -> Result<Option<TicketFacts>, Away> {
        let Some(key) = key_of(number) else { return Err(not_a_number(&self.door, number, KEY)) };
        let mut fields = "status,assignee".to_owned();
        if let Some((start, end)) = &self.window {
            fields = format!("{fields},{start},{end}");
        }
        let mut url = self.door.url(&["rest", "api", self.version, "issue", &key]);
        url.query_pairs_mut().append_pair("fields", &fields);
        let answer = self.door.in_time(self.door.get(url, "application/json")).await?;
        self.stranger(&answer)?;
        if answer.status == StatusCode::NOT_FOUND {
            let value: Value = self.door.read(&answer).unwrap_or_default();
            if value.get("errorMessages").is_some() {
                return Ok(None);
            }
            return Err(self.door.unreadable("HTTP 404 without Jira's form; is the setting base_url right?"));
        }
        self.facts(&self.door.read(&answer)?).map(Some)
    }

    /// Whether Jira answered a stranger.
    fn stranger(&self, answer: &Answer) -> Result<(), Away> {
        let header = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let reason = header("x-seraph-loginreason").to_ascii_uppercase();
        let refused = reason.contains("AUTHENTICATED_FAILED") || reason.contains("AUTHENTICATION_DENIED");
        if refused || header("x-ausername").eq_ignore_ascii_case("anonymous") {
            return Err(self.door.refused(answer.status, "it took the call for an anonymous one"));
        }
        Ok(())
    }

    fn facts(&self, issue: &Value) -> Result<TicketFacts, Away> {
        let text = |place: &str| issue.pointer(place).and_then(Value::as_str);
        let (Some(state), Some(category)) =
            (shown(text("/fields/status/name")), text("/fields/status/statusCategory/key"))
        else {
            return Err(self.door.unreadable("the issue has no status"));
        };
        Ok(TicketFacts {
            open: category != "done",
            state,
            assignee_email: shown(text("/fields/assignee/emailAddress")),
            assignee_name: shown(text("/fields/assignee/displayName")),
            window: self.window_of(issue)?,
        })
    }

    fn window_of(&self, issue: &Value) -> Result<Option<(Timestamp, Timestamp)>, Away> {
        let Some((start, end)) = &self.window else { return Ok(None) };
        let read = |field: &str, at: fn(&str, bool) -> Option<Timestamp>, is_end| match issue
            .pointer(&format!("/fields/{field}"))
        {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if at(text, is_end).is_some() => Ok(at(text, is_end)),
            Some(_) => Err(self.door.unreadable(&format!("{field} is neither a date nor a time"))),
        };
        Ok(read(start, moment, false)?.zip(read(end, moment, true)?))
    }
}

/// The key, in the one form that Jira shows. Nothing that could be read as part of an address passes.
fn key_of(number: &str) -> Option<String> {
    let (project, count) = number.split_once('-')?;
    let project_fits = (1..=32).contains(&project.len())
        && project.starts_with(|c: char| c.is_ascii_alphabetic())
        && project.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let count_fits = (1..=18).contains(&count.len()) && count.bytes().all(|b| b.is_ascii_digit());
    (project_fits && count_fits).then(|| number.to_ascii_uppercase())
}

/// A time (`2026-11-21T08:00:00.000+0000`) or a date; a date that ends something includes its day, in UTC.
fn moment(text: &str, is_end: bool) -> Option<Timestamp> {
    if let Ok(at) = Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text) {
        return Some(at);
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let date: Date = (text.len() == 10).then(|| text.parse().ok())??;
    let date = if is_end { date.checked_add(1.day()).ok()? } else { date };
    date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_jira_itself_would_show_as_a_key_is_asked_for() {
        for (number, key) in [("OPS-1", "OPS-1"), ("ops-0012", "OPS-0012"), ("A1_B-9", "A1_B-9")] {
            assert_eq!(key_of(number).as_deref(), Some(key));
        }
        let long = format!("OPS-{}", "1".repeat(10_000));
        for number in [
            "",
            "-",
            "OPS",
            "OPS-",
            "-1",
            "OPS-1-2",
            "1OPS-1",
            "OPS-1x",
            "OPS-1?fields=*all",
            "OPS-1/../../admin",
            "../../admin",
            "OPS-1%2f..",
            "OPS-1#x",
            "ＯＰＳ-1",
            "OPS-１",
            "OPS-1\n",
            "OPS 1",
            "OPS-+1",
            &long,
        ] {
            assert_eq!(key_of(number), None, "{number:.40}");
        }
    }

    #[test]
    fn times_and_dates_are_read_as_jira_writes_them() {
        let table = [
            ("2026-11-21T08:00:00.000+0000", false, Some("2026-11-21T08:00:00Z")),
            ("2026-11-21T10:00:00.000+0200", true, Some("2026-11-21T08:00:00Z")),
            ("2026-11-21T08:00:00+00:00", true, Some("2026-11-21T08:00:00Z")),
            ("2026-11-21T08:00:00Z", false, Some("2026-11-21T08:00:00Z")),
            ("2026-11-21", false, Some("2026-11-21T00:00:00Z")),
            ("2026-11-21", true, Some("2026-11-22T00:00:00Z")),
            ("2026-11-21T08:00:00", false, None),
            ("21/Nov/26", false, None),
            ("tomorrow", true, None),
        ];
        for (text, is_end, expected) in table {
            assert_eq!(moment(text, is_end), expected.map(|at| at.parse().unwrap()), "{text}");
        }
    }
}
