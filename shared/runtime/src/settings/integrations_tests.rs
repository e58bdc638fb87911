use secrecy::ExposeSecret;

use super::*;
use crate::Settings;
use crate::settings::ConfigError;

const SAMPLE: &str = include_str!("../../curfew.sample.toml");

fn load(more: &str, pairs: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let environment = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let sample = SAMPLE.replace("[on_call]\n", "").replace("[tickets]\n", "");
    Settings::from_sources(Some(("curfew.toml", &format!("{sample}\n{more}"))), environment)
}

const JIRA: &str = "[tickets.systems.jira]\nkind = \"jira_cloud\"\nbase_url = \"https://example.atlassian.net\"\n\
                    user = \"curfew@example.com\"\nsecret = \"hunter2\"\n";

#[test]
fn nothing_is_asked_unless_it_is_configured() {
    let settings = load("", &[]).unwrap();
    assert!(settings.on_call.pagerduty_token.is_none());
    assert_eq!(settings.on_call.remembered_s, 30);
    assert!(settings.tickets.systems.is_empty());
}

#[test]
fn a_system_may_stand_in_the_file_and_its_secret_in_the_environment() {
    let file = JIRA.replace("secret = \"hunter2\"\n", "");
    let settings = load(&file, &[("CURFEW__TICKETS__SYSTEMS__JIRA__SECRET", "from-outside")]).unwrap();
    let jira = &settings.tickets.systems["jira"];
    assert_eq!((jira.kind, jira.base_url.as_str()), (TicketKind::JiraCloud, "https://example.atlassian.net/"));
    assert_eq!(jira.secret.expose_secret(), "from-outside");
    assert!(!format!("{settings:?}").contains("from-outside"));
}

#[test]
fn a_system_may_stand_in_the_environment_alone() {
    let settings = load(
        "",
        &[
            ("CURFEW__TICKETS__SYSTEMS__CHANGES__KIND", "servicenow"),
            ("CURFEW__TICKETS__SYSTEMS__CHANGES__BASE_URL", "https://example.service-now.com"),
            ("CURFEW__TICKETS__SYSTEMS__CHANGES__CLIENT_ID", "curfew"),
            ("CURFEW__TICKETS__SYSTEMS__CHANGES__SECRET", "hunter2"),
            ("CURFEW__ON_CALL__PAGERDUTY_TOKEN", "hunter3"),
        ],
    )
    .unwrap();
    assert_eq!(settings.tickets.systems["changes"].kind, TicketKind::ServiceNow);
    assert_eq!(settings.on_call.pagerduty_token.unwrap().expose_secret(), "hunter3");
}

#[test]
fn what_is_wrong_with_a_system_is_told_with_what_would_be_right() {
    let table: [(&str, &str, &str); 14] = [
        (
            "kind = \"jira_cloud\"",
            "kind = \"trello\"",
            "jira.kind (CURFEW__TICKETS__SYSTEMS__JIRA__KIND) must be one of",
        ),
        ("kind = \"jira_cloud\"", "", "jira.kind (CURFEW__TICKETS__SYSTEMS__JIRA__KIND) must be one of"),
        (
            "https://example",
            "http://example",
            "jira.base_url (CURFEW__TICKETS__SYSTEMS__JIRA__BASE_URL) must be an https",
        ),
        ("https://example", "https://me:hunter2@example", "without a user name and password"),
        ("https://example.atlassian.net", "example.atlassian.net", "an absolute http or https address"),
        ("secret = \"hunter2\"", "secret = 5", "jira.secret (CURFEW__TICKETS__SYSTEMS__JIRA__SECRET) must be a text"),
        (
            "curfew@example.com",
            "a:b",
            "jira.user (CURFEW__TICKETS__SYSTEMS__JIRA__USER) must be a text without a colon",
        ),
        ("secret =", "tabel = \"x\"\nsecret =", "tickets.systems.jira.tabel is not a known key; known are kind"),
        (
            "secret =",
            "table = \"incident\"\nsecret =",
            "jira.table (CURFEW__TICKETS__SYSTEMS__JIRA__TABLE) must be left out",
        ),
        ("secret =", "client_id = \"x\"\nsecret =", "left out where there is a user"),
        ("secret =", "window_end_field = \"due\"\nsecret =", "set together with window_end_field"),
        ("secret =", "window_end_field = \"a&b\"\nsecret =", "a name of letters, digits and _"),
        ("systems.jira]", "systems.JIRA]", "cannot be a name"),
        ("systems.jira]", "systems.jira-cloud]", "as a variable's name can hold it"),
    ];
    for (right, wrong, expected) in table {
        let error = load(&JIRA.replace(right, wrong), &[]).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected} in {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    let error = load("[tickets]\nsystems = [\"jira\"]", &[]).unwrap_err().to_string();
    assert!(error.contains("must be a table of ticket systems by name"), "{error}");
    let error = load("", &[("CURFEW__TICKETS__SYSTEMS__JIRA", "hunter2")]).unwrap_err().to_string();
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn addresses_without_tls_are_for_this_machine_or_where_they_are_permitted() {
    let pagerduty = |url: &str, more: &str| load(&format!("[on_call]\npagerduty_url = \"{url}\"\n{more}"), &[]);
    for url in
        ["https://api.eu.pagerduty.com", "http://127.0.0.1:8900/pagerduty", "http://localhost:1", "http://[::1]:1"]
    {
        assert!(pagerduty(url, "").is_ok(), "{url}");
    }
    for url in ["http://api.pagerduty.com", "http://127.0.0.1.example.com", "http://10.0.0.1"] {
        let error = pagerduty(url, "").unwrap_err().to_string();
        assert!(error.contains("on_call.pagerduty_url") && error.contains("an https address"), "{error}");
        assert!(pagerduty(url, "allow_http = true").is_ok(), "{url}");
    }
}
