//! What lies on the desk at first, and the credentials that open it.

use std::collections::BTreeMap;

use super::{Person, Schedule, State, System, Ticket};

/// `PagerDuty`'s API key.
pub const PAGERDUTY_TOKEN: &str = "pagerduty-token";
/// Jira Cloud's user and API token.
pub const JIRA_USER: &str = "curfew@harbourfreight.example";
pub const JIRA_TOKEN: &str = "jira-token";
/// A personal access token of Jira Data Center.
pub const JIRA_BEARER: &str = "jira-personal-token";
/// `ServiceNow`'s user and password.
pub const SERVICENOW_USER: &str = "curfew";
pub const SERVICENOW_PASSWORD: &str = "servicenow-password";
/// `ServiceNow`'s OAuth client.
pub const SERVICENOW_CLIENT: &str = "curfew-client";
pub const SERVICENOW_CLIENT_SECRET: &str = "servicenow-client-secret";

pub fn state() -> State {
    let stays = |user: &str| Person { user: user.to_owned(), from: None, until: None };
    let schedule = |name: &str, people: &[&str]| Schedule {
        name: name.to_owned(),
        people: people.iter().map(|user| stays(user)).collect(),
        policies: 1,
    };
    let schedules = BTreeMap::from([
        ("POPSPRI".to_owned(), schedule("Operations, primary", &["carla"])),
        ("POPSSEC".to_owned(), schedule("Operations, secondary", &["dave"])),
    ]);
    let ticket = |state: &str, open: bool, assignee: &str, window: Option<(&str, &str)>, table: &str| Ticket {
        state: state.to_owned(),
        open,
        assignee: Some(assignee.to_owned()),
        address_hidden: false,
        window_start: window.and_then(|(start, _)| start.parse().ok()),
        window_end: window.and_then(|(_, end)| end.parse().ok()),
        table: table.to_owned(),
    };
    let long = Some(("2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"));
    let over = Some(("2026-01-10T20:00:00Z", "2026-01-10T22:00:00Z"));
    let tickets = [
        (System::Jira, "OPS-101", ticket("In Progress", true, "ann", long, "")),
        (System::Jira, "OPS-102", ticket("Done", false, "ann", None, "")),
        (System::Jira, "OPS-103", ticket("To Do", true, "ben", over, "")),
        (System::ServiceNow, "CHG0030001", ticket("Implement", true, "ann", long, "change_request")),
        (System::ServiceNow, "CHG0030002", ticket("Closed", false, "ann", over, "change_request")),
        (System::ServiceNow, "INC0010001", ticket("In Progress", true, "ben", None, "incident")),
    ];
    let tickets = tickets.into_iter().map(|(system, number, ticket)| ((system, number.to_owned()), ticket)).collect();
    State { schedules, tickets, lines: BTreeMap::new() }
}
