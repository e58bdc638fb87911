//! The systems of others that a company has on its desk: `PagerDuty` (`/pagerduty`), Jira (`/jira`) and `ServiceNow`
//! (`/servicenow`), each on its own wire format, with its own way of refusing. Who is on call, how tickets stand and how
//! well the systems feel is said through `/control/desk`.

mod control;
mod jira;
mod pagerduty;
mod seed;
mod servicenow;

pub use control::routes as control_routes;
use pagerduty::{Person, Schedule};

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::clock::Millis;
use crate::host::{Connection, Host, lock};
use crate::sink::Behaviour;
use crate::world::World;

/// Requests kept for each system; the count goes on.
const KEPT: usize = 1_000;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    PagerDuty,
    Jira,
    ServiceNow,
}

/// A ticket, as far as anybody here asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    pub state: String,
    #[serde(default = "yes")]
    pub open: bool,
    /// A user name or an address.
    #[serde(default)]
    pub assignee: Option<String>,
    /// Whether the assignee's address is kept from others, as a profile in Jira Cloud may demand.
    #[serde(default)]
    pub address_hidden: bool,
    /// RFC 3339.
    #[serde(default)]
    pub window_start: Option<jiff::Timestamp>,
    #[serde(default)]
    pub window_end: Option<jiff::Timestamp>,
    /// `ServiceNow`'s table.
    #[serde(default = "changes")]
    pub table: String,
}

const fn yes() -> bool {
    true
}

fn changes() -> String {
    "change_request".to_owned()
}

/// A request as it came, without its credentials.
#[derive(Clone, Debug, Serialize)]
pub struct Asked {
    pub at: Millis,
    pub method: String,
    pub path: String,
    /// As it came, percent signs and all.
    pub query: String,
    /// The client's port: the same one again is a connection used again.
    pub port: u16,
}

#[derive(Default)]
struct Line {
    behaviour: Behaviour,
    count: u64,
    kept: VecDeque<Asked>,
}

#[derive(Default)]
struct State {
    schedules: BTreeMap<String, Schedule>,
    /// By system and number.
    tickets: BTreeMap<(System, String), Ticket>,
    lines: BTreeMap<System, Line>,
}

/// All of it.
pub struct Desk {
    state: Mutex<State>,
}

impl Desk {
    /// As the company begins.
    pub fn new() -> Self {
        Self { state: Mutex::new(seed::state()) }
    }

    /// As the company began.
    pub fn reset(&self) {
        *lock(&self.state) = seed::state();
    }

    fn ticket(&self, system: System, number: &str) -> Option<(String, Ticket)> {
        let state = lock(&self.state);
        let found = state.tickets.iter().find(|((of, key), _)| *of == system && key.eq_ignore_ascii_case(number));
        found.map(|((_, key), ticket)| (key.clone(), ticket.clone()))
    }
}

/// Every address of the three systems.
pub fn routes(app: &mut ServiceConfig) {
    pagerduty::routes(app);
    jira::routes(app);
    servicenow::routes(app);
}

/// Keeps the request, and behaves as ordered. None: the answer is as usual.
async fn gate(request: &HttpRequest, host: &Host, system: System) -> Option<HttpResponse> {
    let behaviour = {
        let mut state = lock(&host.desk.state);
        let line = state.lines.entry(system).or_default();
        line.count += 1;
        if line.kept.len() >= KEPT {
            line.kept.pop_front();
        }
        line.kept.push_back(Asked {
            at: Millis::now(),
            method: request.method().to_string(),
            path: request.path().to_owned(),
            query: request.query_string().to_owned(),
            port: request.peer_addr().map_or(0, |address| address.port()),
        });
        line.behaviour.for_one()
    };
    if behaviour.hang {
        tokio::time::sleep(behaviour.hold()).await;
        return Some(Connection::close(request));
    }
    if behaviour.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(behaviour.delay_ms)).await;
    }
    let status = StatusCode::from_u16(behaviour.status).ok().filter(|status| *status != StatusCode::OK)?;
    let words = if status == StatusCode::TOO_MANY_REQUESTS { "Rate Limit Exceeded" } else { "Ordered to fail" };
    let mut answer = system.refuse(status, words);
    if let Some(seconds) = behaviour.retry_after {
        // PagerDuty counts down in a header of its own.
        let name = if system == System::PagerDuty { "ratelimit-reset" } else { "retry-after" };
        if let Ok(value) = seconds.to_string().parse() {
            answer.headers_mut().insert(actix_web::http::header::HeaderName::from_static(name), value);
        }
    }
    Some(answer)
}

impl System {
    /// An error in the form that this system gives errors.
    fn refuse(self, status: StatusCode, words: &str) -> HttpResponse {
        let code = match status.as_u16() {
            404 => 2100,
            429 => 2020,
            _ => 2000,
        };
        HttpResponse::build(status).json(match self {
            Self::PagerDuty => json!({"error": {"message": words, "code": code}}),
            Self::Jira => json!({"errorMessages": [words], "errors": {}}),
            Self::ServiceNow => json!({"error": {"message": words, "detail": null}, "status": "failure"}),
        })
    }
}

/// What stands in `Authorization`.
fn authorization(request: &HttpRequest) -> &str {
    request.headers().get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Name and address of somebody who is named by user name or address.
fn who(world: &World, name: &str) -> (String, String) {
    let directory = &world.directory;
    match directory.user_named(name).or_else(|| directory.user_with_email(name)) {
        Some(user) => (user.display_name().to_owned(), user.email().to_owned()),
        None => (name.split('@').next().unwrap_or(name).to_owned(), name.to_owned()),
    }
}

/// The parameters of a query, decoded.
fn parameters(request: &HttpRequest) -> Vec<(String, String)> {
    url::form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect()
}
