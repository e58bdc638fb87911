use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use integrations::Integrations;
use runtime::Settings;

use crate::oddities::{answering, at, errors, http};

#[tokio::test]
async fn no_credential_is_in_a_debug_output_or_an_error_even_if_the_other_side_repeats_it() {
    let proofs = ["hunter2".to_owned(), STANDARD.encode("curfew@example.com:hunter2")];
    let bodies = [
        "{\"error\": {\"message\": \"you sent {proof} and hunter2\"}}",
        "{\"errorMessages\": [\"you sent {proof} and hunter2\"]}",
        "{\"error_description\": \"you sent {proof} and hunter2\"}",
        "you sent {proof} and hunter2",
    ];
    for status in ["200 OK", "401 Unauthorized", "403 Forbidden", "404 Not Found", "429 Too Many Requests", "500 Oh"] {
        for body in bodies {
            let integrations = at(&answering(http(status, "", body)).await);
            let debug = format!("{integrations:?} {integrations:#?}");
            // Jira and ServiceNow may take a well-formed 404 for "no such ticket", which is no error.
            let said = if status.starts_with("404") {
                format!("{:?}", integrations.on_call().now("P1").await)
            } else {
                errors(&integrations).await.map(|error| format!("{error} {error:?}")).join("\n")
            };
            for proof in &proofs {
                assert!(!debug.contains(proof.as_str()), "{debug}");
                assert!(!said.contains(proof.as_str()), "{said}");
            }
        }
    }
}

#[test]
fn a_credential_that_no_header_may_hold_is_refused_by_the_name_of_its_setting() {
    let sample = include_str!("../../../runtime/curfew.sample.toml");
    let error = |name: &str| {
        let base = [
            ("CURFEW__TICKETS__SYSTEMS__JIRA__KIND", "jira_cloud"),
            ("CURFEW__TICKETS__SYSTEMS__JIRA__BASE_URL", "https://example.atlassian.net"),
            ("CURFEW__TICKETS__SYSTEMS__JIRA__SECRET", "fine"),
            (name, "hunter2\nhunter3"),
        ];
        let variables = base.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let settings = Settings::from_sources(Some(("curfew.toml", sample)), variables).unwrap();
        Integrations::new(&settings).unwrap_err().to_string()
    };
    assert_eq!(
        error("CURFEW__ON_CALL__PAGERDUTY_TOKEN"),
        "on_call.pagerduty_token cannot be used: it holds a character that no header may hold"
    );
    assert_eq!(
        error("CURFEW__TICKETS__SYSTEMS__JIRA__SECRET"),
        "tickets.systems.jira.secret cannot be used: it holds a character that no header may hold"
    );
}
