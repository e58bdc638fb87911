//! How a ticket stands.

mod jira;
mod servicenow;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use runtime::settings::{self, TicketKind, TicketSystem};

use crate::auth::Auth;
use crate::away::one_line;
use crate::door::Door;
use crate::{Away, Unusable};
use jira::Jira;
use servicenow::ServiceNow;

/// What a ticket's system says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketFacts {
    /// Whether it is still open.
    pub open: bool,
    /// Its state in the system's own words.
    pub state: String,
    /// The address of whom it is assigned to; compare it without case. None also where the system does not show it.
    pub assignee_email: Option<String>,
    /// The name of whom it is assigned to; with no address, it tells "nobody" from "not shown".
    pub assignee_name: Option<String>,
    /// Its change window: from, and up to but not including. None unless both ends are set.
    pub window: Option<(Timestamp, Timestamp)>,
}

/// The ticket systems, by name.
#[derive(Debug, Clone)]
pub struct Tickets {
    systems: Arc<BTreeMap<String, System>>,
}

#[derive(Debug)]
enum System {
    Jira(Jira),
    ServiceNow(ServiceNow),
}

impl Tickets {
    pub(crate) fn new(settings: &settings::Tickets) -> Result<Self, Unusable> {
        let made = settings
            .systems
            .iter()
            .map(|(name, system)| Ok((name.clone(), System::new(name, system, settings.allow_http)?)));
        Ok(Self { systems: Arc::new(made.collect::<Result<_, Unusable>>()?) })
    }

    /// The names of the systems, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.systems.keys().map(String::as_str)
    }

    /// Asks a system about a ticket. None where it does not exist, or where our credentials may not see it: no system
    /// tells these apart.
    ///
    /// # Errors
    /// When there is no such system, the number cannot be one of its, or it gives no answer.
    pub async fn look_up(&self, system: &str, number: &str) -> Result<Option<TicketFacts>, Away> {
        match self.systems.get(system) {
            Some(System::Jira(jira)) => jira.look_up(number.trim()).await,
            Some(System::ServiceNow(servicenow)) => servicenow.look_up(number.trim()).await,
            None if self.systems.is_empty() => {
                Err(Away::NotConfigured("no ticket system is configured: tickets.systems is empty".to_owned()))
            }
            None => Err(Away::NotConfigured(format!(
                "no ticket system {:?} is configured; tickets.systems has {}",
                one_line(system, 40),
                self.names().collect::<Vec<_>>().join(", ")
            ))),
        }
    }
}

impl System {
    fn new(name: &str, settings: &TicketSystem, allow_http: bool) -> Result<Self, Unusable> {
        let auth = match (&settings.client_id, &settings.user) {
            (Some(client), _) => Some(Auth::client(client, &settings.secret)),
            (None, Some(user)) => Auth::basic(user, &settings.secret),
            (None, None) => Auth::scheme("Bearer ", &settings.secret),
        };
        let auth = auth.ok_or_else(|| Unusable {
            setting: format!("tickets.systems.{name}.secret"),
            why: "it holds a character that no header may hold".to_owned(),
        })?;
        let called = match settings.kind {
            TicketKind::JiraCloud | TicketKind::JiraDataCenter => "Jira",
            TicketKind::ServiceNow => "ServiceNow",
        };
        let door = Door::new(format!("{called} ({name})"), settings.base_url.clone(), auth, allow_http)?;
        let window = settings.window_start_field.clone().zip(settings.window_end_field.clone());
        Ok(match settings.kind {
            TicketKind::JiraCloud => Self::Jira(Jira::new(door, "3", window)),
            TicketKind::JiraDataCenter => Self::Jira(Jira::new(door, "2", window)),
            TicketKind::ServiceNow => Self::ServiceNow(ServiceNow::new(door, settings.table.as_deref(), window)),
        })
    }
}

/// A number that was refused before anybody was asked.
fn not_a_number(door: &Door, number: &str, right: &'static str) -> Away {
    Away::NotANumber { system: door.system.clone(), number: one_line(number, 40), right }
}

/// A text of theirs, as long as a page can bear; empty is none.
fn shown(text: Option<&str>) -> Option<String> {
    text.map(|text| one_line(text, 320)).filter(|text| !text.is_empty())
}
