//! Systems of others that Curfew asks: who is on call, and how a ticket stands.
//!
//! Ticket systems have names that an operator chooses, so they are not lines of the table of keys; [`check`] looks at
//! them instead, and says what is wrong in the same way.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};
use url::{Host, Url};

use super::keys::is_address;

/// Who is on call.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OnCall {
    /// PagerDuty's API where it is not the one of its US region.
    pub pagerduty_url: Option<Url>,
    /// An API key that may read; without it PagerDuty is not asked.
    #[serde(skip_serializing)]
    pub pagerduty_token: Option<SecretString>,
    /// Seconds for which an answer is good.
    pub remembered_s: u32,
    /// Whether it may be asked without TLS on another machine.
    pub allow_http: bool,
}

impl Default for OnCall {
    fn default() -> Self {
        Self { pagerduty_url: None, pagerduty_token: None, remembered_s: 30, allow_http: false }
    }
}

/// Systems that know tickets, by the names that rules call them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tickets {
    /// Whether they may be asked without TLS on other machines.
    pub allow_http: bool,
    /// Name to system.
    pub systems: BTreeMap<String, TicketSystem>,
}

/// One system that knows tickets.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketSystem {
    /// What it is.
    pub kind: TicketKind,
    /// Where it is, without the path of its API.
    pub base_url: Url,
    /// Whom the secret belongs to: an address with Jira Cloud, else a user name. Without it the secret is a bearer token.
    pub user: Option<String>,
    /// The OAuth client that the secret belongs to (`ServiceNow`); it asks for tokens by its client credentials.
    pub client_id: Option<String>,
    /// An API token, a password, a bearer token, or a client's secret.
    #[serde(skip_serializing)]
    pub secret: SecretString,
    /// The table whose records are the tickets (`ServiceNow`); `change_request` when absent.
    pub table: Option<String>,
    /// The field in which a change window starts.
    pub window_start_field: Option<String>,
    /// The field in which it ends.
    pub window_end_field: Option<String>,
}

/// What speaks for tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketKind {
    /// Jira Cloud: REST v3.
    JiraCloud,
    /// Jira Data Center: REST v2.
    JiraDataCenter,
    /// `ServiceNow`: the Table API.
    #[serde(rename = "servicenow")]
    ServiceNow,
}

const KINDS: [&str; 3] = ["jira_cloud", "jira_data_center", "servicenow"];
const FIELDS: [&str; 8] =
    ["kind", "base_url", "user", "client_id", "secret", "table", "window_start_field", "window_end_field"];

/// Whether the address is on this machine, where TLS protects nothing.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// What no single key can say about these two sections.
pub(super) fn check(table: &Table, mistakes: &mut Vec<String>) {
    let section = |name: &str| table.get(name).and_then(Value::as_table);
    let flag = |name: &str| section(name).and_then(|s| s.get("allow_http")).and_then(Value::as_bool).unwrap_or(false);
    if let Some(url) = section("on_call").and_then(|s| s.get("pagerduty_url")).and_then(Value::as_str)
        && let Some(right) = wrong_address(url, flag("on_call"))
    {
        mistakes.push(format!("on_call.pagerduty_url (CURFEW__ON_CALL__PAGERDUTY_URL) must be {right}"));
    }
    let systems = section("tickets").and_then(|s| s.get("systems")).and_then(Value::as_table);
    for (name, system) in systems.into_iter().flatten() {
        let fits = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !fits || name.is_empty() || name.contains("__") || name.len() > 40 {
            mistakes.push(format!(
                "tickets.systems: {:?} cannot be a name; it must have 1 to 40 of a-z, 0-9 and single _, as a \
                 variable's name can hold it, for example jira",
                name.chars().take(40).collect::<String>()
            ));
        } else if let Value::Table(system) = system {
            Checked { name, system, mistakes: &mut *mistakes }.all(flag("tickets"));
        }
    }
}

struct Checked<'c> {
    name: &'c str,
    system: &'c Table,
    mistakes: &'c mut Vec<String>,
}

impl<'c> Checked<'c> {
    fn all(mut self, allow_http: bool) {
        for field in self.system.keys().filter(|field| !FIELDS.contains(&field.as_str())) {
            let field: String = field.chars().filter(|c| !c.is_control()).take(40).collect();
            self.mistakes.push(format!(
                "tickets.systems.{}.{field} is not a known key; known are {}",
                self.name,
                FIELDS.join(", ")
            ));
        }
        let kind = self.text("kind").filter(|kind| KINDS.contains(kind));
        if kind.is_none() {
            self.complain("kind", "one of jira_cloud, jira_data_center and servicenow");
        }
        match self.text("base_url").map(|url| wrong_address(url, allow_http)) {
            Some(None) => {}
            Some(Some(right)) => self.complain("base_url", right),
            None => self.complain("base_url", "an address, for example https://example.atlassian.net"),
        }
        if self.text("secret").is_none() {
            self.complain("secret", "a text: an API token, a password, a bearer token or a client's secret");
        }
        for field in ["user", "client_id"] {
            if self.has(field) && self.text(field).is_none_or(|text| text.contains(':')) {
                self.complain(field, "a text without a colon");
            }
        }
        let servicenow = kind == Some("servicenow");
        for field in ["client_id", "table"] {
            if self.has(field) && kind.is_some() && !servicenow {
                self.complain(field, "left out: only servicenow has it");
            }
        }
        if self.has("client_id") && self.has("user") {
            self.complain("client_id", "left out where there is a user: the secret belongs to one of them");
        }
        for field in ["table", "window_start_field", "window_end_field"] {
            let name = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if self.has(field) && !self.text(field).is_some_and(name) {
                self.complain(field, "a name of letters, digits and _");
            }
        }
        if self.has("window_start_field") != self.has("window_end_field") {
            self.complain("window_start_field", "set together with window_end_field");
        }
    }

    fn has(&self, field: &str) -> bool {
        self.system.contains_key(field)
    }

    fn text(&self, field: &str) -> Option<&'c str> {
        self.system.get(field).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    }

    fn complain(&mut self, field: &str, right: &str) {
        let name = self.name;
        let variable = format!("CURFEW__TICKETS__SYSTEMS__{name}__{field}").to_ascii_uppercase();
        self.mistakes.push(format!("tickets.systems.{name}.{field} ({variable}) must be {right}"));
    }
}

/// What the address should be, where it cannot be used.
fn wrong_address(text: &str, allow_http: bool) -> Option<&'static str> {
    let Some(url) = Url::parse(text).ok().filter(|_| is_address(text)) else {
        return Some("an absolute http or https address");
    };
    if url.scheme() != "https" && !is_loopback(&url) && !allow_http {
        return Some("an https address; the section's allow_http permits others");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Some("an address without a user name and password; the secret has a key of its own");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Some("an address without ? and #");
    }
    None
}

#[cfg(test)]
#[path = "integrations_tests.rs"]
mod tests;
