use integrations::{Away, Integrations, TicketFacts};
use jiff::Timestamp;
use serde_json::json;

use crate::lab::{Lab, integrations, owned};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn facts(open: bool, state: &str, who: Option<(&str, Option<&str>)>, window: Option<(&str, &str)>) -> TicketFacts {
    TicketFacts {
        open,
        state: state.to_owned(),
        assignee_email: who.and_then(|(_, email)| email).map(str::to_owned),
        assignee_name: who.map(|(name, _)| name.to_owned()),
        window: window.map(|(start, end)| (at(start), at(end))),
    }
}

const ANN: Option<(&str, Option<&str>)> = Some(("Ann Ferreira", Some("ann@harbourfreight.example")));
const BEN: Option<(&str, Option<&str>)> = Some(("Ben Okafor", Some("ben@harbourfreight.example")));
const LONG: Option<(&str, &str)> = Some(("2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z"));
const OVER: Option<(&str, &str)> = Some(("2026-01-10T20:00:00Z", "2026-01-10T22:00:00Z"));

#[tokio::test]
async fn tickets_are_told_as_their_systems_have_them() {
    let lab = Lab::start();
    lab.put("tickets/jira/OPS-7", json!({"state": "To Do", "assignee": "ann", "address_hidden": true})).await;
    lab.put("tickets/jira/OPS-8", json!({"state": "To Do", "window_start": "2026-01-01T00:00:00Z"})).await;
    lab.put("tickets/servicenow/CHG7", json!({"state": "Assess", "window_end": "2026-01-01T00:00:00Z"})).await;
    let table = [
        ("jira", "OPS-101", Some(facts(true, "In Progress", ANN, LONG))),
        ("jira", " ops-101\n", Some(facts(true, "In Progress", ANN, LONG))),
        ("jira", "OPS-102", Some(facts(false, "Done", ANN, None))),
        ("jira", "OPS-103", Some(facts(true, "To Do", BEN, OVER))),
        ("jira", "OPS-7", Some(facts(true, "To Do", Some(("Ann Ferreira", None)), None))),
        ("jira", "OPS-8", Some(facts(true, "To Do", None, None))),
        ("jira", "OPS-999", None),
        ("jira_dc", "OPS-103", Some(facts(true, "To Do", BEN, None))),
        ("jira_dc", "OPS-999", None),
        ("changes", "CHG0030001", Some(facts(true, "Implement", ANN, LONG))),
        ("changes", "chg0030001", Some(facts(true, "Implement", ANN, LONG))),
        ("changes", "CHG0030002", Some(facts(false, "Closed", ANN, OVER))),
        ("changes", "CHG7", Some(facts(true, "Assess", None, None))),
        ("changes", "CHG9999999", None),
        ("changes", "INC0010001", None),
        ("incidents", "INC0010001", Some(facts(true, "In Progress", BEN, None))),
    ];
    let integrations = lab.integrations();
    for (system, number, expected) in table {
        assert_eq!(integrations.tickets().look_up(system, number).await.unwrap(), expected, "{system} {number}");
    }
}

#[tokio::test]
async fn only_the_fields_that_are_needed_are_asked_for() {
    let lab = Lab::start();
    let integrations = lab.integrations();
    for (system, number) in [("jira", "OPS-101"), ("jira_dc", "OPS-101"), ("changes", "CHG0030001")] {
        integrations.tickets().look_up(system, number).await.unwrap();
    }
    let jira = lab.asked("jira").await;
    assert_eq!(jira[0]["path"], "/jira/rest/api/3/issue/OPS-101");
    assert_eq!(jira[0]["query"], "fields=status%2Cassignee%2Ccustomfield_10060%2Ccustomfield_10061");
    assert_eq!(jira[1]["path"], "/jira/rest/api/2/issue/OPS-101");
    assert_eq!(jira[1]["query"], "fields=status%2Cassignee");
    let servicenow = lab.asked("servicenow").await;
    assert_eq!(servicenow[0]["path"], "/servicenow/api/now/table/change_request");
    assert_eq!(
        servicenow[0]["query"],
        "sysparm_query=number%3DCHG0030001&sysparm_fields=number%2Cstate%2Cactive%2Cassigned_to%2Cassigned_to.email\
         %2Cstart_date%2Cend_date&sysparm_limit=1&sysparm_display_value=all&sysparm_exclude_reference_link=true"
    );
}

#[tokio::test]
async fn a_hostile_number_is_refused_and_never_leaves() {
    let lab = Lab::start();
    let integrations = lab.integrations();
    let long = format!("OPS-{}", "1".repeat(10_000));
    let numbers = [
        "",
        "   ",
        "ABC-1^ORnumber=CHG0030001",
        "ABC-1^NQactive=true",
        "CHG1^ORDERBYnumber",
        "javascript:gs.getUserID()",
        "CHG1=CHG0030001",
        "../../admin",
        "OPS-1/../../myself",
        "..%2f..%2fmyself",
        "OPS-1?fields=*all",
        "OPS-1#",
        "OPS-1&sysparm_query=",
        "OPS-1\u{0}",
        "OPS\n-1",
        "ＯＰＳ-１",
        "OPS-1\u{202e}",
        "ОPS-1",
        "🎫",
        &long,
    ];
    for number in numbers {
        for system in ["jira", "jira_dc", "changes", "incidents"] {
            let error = integrations.tickets().look_up(system, number).await.unwrap_err();
            assert!(
                matches!(error, Away::NotANumber { .. }) && error.is_wrong_question(),
                "{system} {number:.40}: {error}"
            );
            let words = error.to_string();
            assert!(words.contains("must be") && words.contains("such as") && words.len() < 400, "{words}");
        }
    }
    assert!(lab.asked("jira").await.is_empty() && lab.asked("servicenow").await.is_empty());
}

#[tokio::test]
async fn a_system_that_is_away_is_told_in_words() {
    let lab = Lab::start();
    let table = [
        (json!({"status": 500}), "answered with HTTP 500: Ordered to fail"),
        (json!({"status": 503, "retry_after": 5}), "answered with HTTP 503: Ordered to fail"),
        (json!({"status": 403}), "refuses Curfew's credentials (HTTP 403): Ordered to fail"),
        (json!({"status": 307}), "answered with HTTP 307: redirects are not followed"),
        (json!({"hang": true, "delay_ms": 50}), "cannot be reached: "),
        (json!({"delay_ms": 20_000}), "cannot be reached: no answer within 3 s"),
    ];
    let integrations = lab.integrations();
    for (behaviour, expected) in table {
        for (line, system, number, name) in [
            ("jira", "jira", "OPS-101", "Jira (jira)"),
            ("servicenow", "changes", "CHG0030001", "ServiceNow (changes)"),
        ] {
            lab.put(&format!("{line}/behaviour"), behaviour.clone()).await;
            let error = integrations.tickets().look_up(system, number).await.unwrap_err().to_string();
            assert!(error.starts_with(&format!("{name} {expected}")), "{error}");
        }
    }
    for (line, system, number) in [("jira", "jira", "OPS-101"), ("servicenow", "changes", "CHG0030001")] {
        lab.put(&format!("{line}/behaviour"), json!({"status": 429, "retry_after": 40, "times": 1})).await;
        let error = integrations.tickets().look_up(system, number).await.unwrap_err();
        assert!(matches!(error, Away::RateLimited { .. }), "{error}");
    }
    let other = integrations.tickets().look_up("jira_dc", "OPS-101").await.unwrap();
    assert!(other.is_some(), "one system's limit is not another's");
}

/// Each system with credentials that it does not accept.
fn with_wrong_secrets(lab: &Lab) -> Integrations {
    lab.integrations_with(&[
        ("TICKETS__SYSTEMS__JIRA__SECRET", "wrong"),
        ("TICKETS__SYSTEMS__JIRA_DC__SECRET", "wrong"),
        ("TICKETS__SYSTEMS__CHANGES__SECRET", "wrong"),
        ("TICKETS__SYSTEMS__INCIDENTS__SECRET", "wrong"),
    ])
}

#[tokio::test]
async fn wrong_credentials_are_not_taken_for_a_ticket_that_does_not_exist() {
    let lab = Lab::start();
    let integrations = with_wrong_secrets(&lab);
    let table = [
        (
            "jira",
            "OPS-101",
            "Jira (jira) refuses Curfew's credentials (HTTP 404): it took the call for an anonymous one",
        ),
        ("jira_dc", "OPS-101", "Jira (jira_dc) refuses Curfew's credentials (HTTP 401): You are not authenticated"),
        (
            "changes",
            "CHG0030001",
            "ServiceNow (changes) refuses Curfew's credentials (HTTP 401): User Not Authenticated",
        ),
        ("incidents", "INC0010001", "ServiceNow (incidents) refuses Curfew's credentials (HTTP 401): access_denied"),
    ];
    for (system, number, expected) in table {
        let error = integrations.tickets().look_up(system, number).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn a_wrong_address_or_table_is_not_taken_for_a_ticket_that_does_not_exist() {
    let lab = Lab::start();
    let integrations = lab.integrations_with(&[("TICKETS__SYSTEMS__CHANGES__TABLE", "nonsense")]);
    let error = integrations.tickets().look_up("changes", "CHG0030001").await.unwrap_err().to_string();
    assert_eq!(error, "ServiceNow (changes) answered with HTTP 400: Invalid table nonsense");
}

#[tokio::test]
async fn a_fetched_token_is_used_again_and_renewed_when_refused() {
    let lab = Lab::start();
    let integrations = lab.integrations();
    for _ in 0..3 {
        assert!(integrations.tickets().look_up("incidents", "INC0010001").await.unwrap().is_some());
    }
    let posts = |asked: Vec<serde_json::Value>| asked.iter().filter(|one| one["method"] == "POST").count();
    assert_eq!(posts(lab.asked("servicenow").await), 1);
    lab.put("servicenow/behaviour", json!({"status": 401, "times": 1})).await;
    assert!(integrations.tickets().look_up("incidents", "INC0010001").await.unwrap().is_some());
    assert_eq!(posts(lab.asked("servicenow").await), 2);
}

#[tokio::test]
async fn an_unknown_system_is_told_with_those_that_are_known() {
    let lab = Lab::start();
    let error = lab.integrations().tickets().look_up("trello", "OPS-101").await.unwrap_err();
    let expected = "no ticket system \"trello\" is configured; tickets.systems has changes, incidents, jira, jira_dc";
    assert_eq!(error, Away::NotConfigured(expected.to_owned()));
    let none = integrations(&owned(&[]));
    let error = none.tickets().look_up("jira", "OPS-101").await.unwrap_err().to_string();
    assert_eq!(error, "no ticket system is configured: tickets.systems is empty");
    assert_eq!(none.tickets().names().count(), 0);
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let lab = Lab::start();
    let integrations = lab.integrations();
    for number in ["OPS-101", "OPS-999", "OPS-102"] {
        integrations.tickets().look_up("jira", number).await.unwrap();
    }
    let asked = lab.asked("jira").await;
    assert!(asked.iter().all(|one| one["port"] == asked[0]["port"]), "{asked:?}");
    lab.delete("tickets/jira/OPS-101").await;
    assert_eq!(integrations.tickets().look_up("jira", "OPS-101").await.unwrap(), None);
}
