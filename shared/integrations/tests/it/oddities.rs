//! Servers that do not answer as the systems do: wrong addresses, proxies, sign-in pages, and worse.

use integrations::{Away, Integrations};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::lab::{integrations, owned};

/// A server that answers every request with these bytes and then closes. `{request}` becomes what was asked.
pub async fn answering(answer: impl Into<String>) -> String {
    let answer = answer.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 16_384];
            let read = stream.read(&mut request).await.unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let proof = request.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap_or_default();
            // The client may have gone already: then nobody reads it.
            let _ = stream.write_all(answer.replace("{proof}", proof).as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    address
}

pub fn http(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}connection: close\r\n\r\n{body}")
}

/// All systems at one address.
pub fn at(address: &str) -> Integrations {
    integrations(&owned(&[
        ("ON_CALL__PAGERDUTY_URL", address),
        ("ON_CALL__PAGERDUTY_TOKEN", "hunter2"),
        ("TICKETS__SYSTEMS__JIRA__KIND", "jira_cloud"),
        ("TICKETS__SYSTEMS__JIRA__BASE_URL", address),
        ("TICKETS__SYSTEMS__JIRA__USER", "curfew@example.com"),
        ("TICKETS__SYSTEMS__JIRA__SECRET", "hunter2"),
        ("TICKETS__SYSTEMS__JIRA__WINDOW_START_FIELD", "customfield_1"),
        ("TICKETS__SYSTEMS__JIRA__WINDOW_END_FIELD", "customfield_2"),
        ("TICKETS__SYSTEMS__CHANGES__KIND", "servicenow"),
        ("TICKETS__SYSTEMS__CHANGES__BASE_URL", address),
        ("TICKETS__SYSTEMS__CHANGES__SECRET", "hunter2"),
    ]))
}

/// The three systems' errors.
pub async fn errors(integrations: &Integrations) -> [Away; 3] {
    [
        integrations.on_call().now("P1").await.unwrap_err(),
        integrations.tickets().look_up("jira", "OPS-1").await.unwrap_err(),
        integrations.tickets().look_up("changes", "CHG1").await.unwrap_err(),
    ]
}

#[tokio::test]
async fn what_is_not_the_api_is_told_so() {
    let json = "content-type: application/json\r\n";
    let long = format!("{{\"errorMessages\": [\"{}\"]}}", "x".repeat(2 * 1024 * 1024));
    let table = [
        (http("200 OK", "content-type: text/html\r\n", "<html>Sign in</html>"), "it is not JSON (line 1, column 1)"),
        (http("200 OK", "", ""), "it is not JSON"),
        (http("200 OK", json, "{\"oncalls\": [], \"result\": [], \"fields\": {"), "it is not JSON"),
        (http("404 Not Found", "", "no such page"), "HTTP 404"),
        (http("200 OK", json, &long), "it is longer than 1 MiB"),
        (http("404 Not Found", json, &long), "it is longer than 1 MiB"),
        (http("301 Moved Permanently", "location: https://other.example/\r\n", ""), "redirects are not followed"),
        (http("418 I'm a teapot", "", "short and stout"), "answered with HTTP 418"),
        ("nonsense\r\n\r\n".to_owned(), "cannot be reached"),
        (String::new(), "cannot be reached"),
    ];
    for (answer, expected) in table {
        let address = answering(answer.clone()).await;
        for error in errors(&at(&address)).await {
            let words = error.to_string();
            assert!(words.contains(expected), "{expected} in {words} for {answer:.60}");
            assert!(words.chars().count() < 500 && !words.contains('\n'), "{words}");
        }
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_told() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    for error in errors(&at(&address)).await {
        assert!(matches!(error, Away::Unreachable { .. }), "{error}");
        assert!(error.to_string().contains("refused"), "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_lacks_what_matters_is_no_answer() {
    let jira = [
        ("{\"fields\": {}}", "the issue has no status"),
        ("{\"fields\": {\"status\": {\"name\": \"Open\"}}}", "the issue has no status"),
        (
            "{\"fields\": {\"status\": {\"name\": \"Open\", \"statusCategory\": {\"key\": \"new\"}}, \"customfield_1\": \"soon\"}}",
            "customfield_1 is neither a date nor a time",
        ),
    ];
    for (body, expected) in jira {
        let integrations = at(&answering(http("200 OK", "", body)).await);
        let error = integrations.tickets().look_up("jira", "OPS-1").await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let servicenow = [
        (
            "{\"result\": [{\"number\": {\"value\": \"CHG2\"}, \"active\": {\"value\": \"true\"}}]}",
            "about another record",
        ),
        ("{\"result\": [{}]}", "about another record"),
        ("{\"result\": [{\"number\": {\"value\": \"CHG1\"}}]}", "whether the record is active"),
        (
            "{\"result\": [{\"number\": {\"value\": \"CHG1\"}, \"active\": {\"value\": \"1\"}, \"end_date\": {\"value\": \"21/11\"}}]}",
            "end_date is not a time",
        ),
    ];
    for (body, expected) in servicenow {
        let integrations = at(&answering(http("200 OK", "", body)).await);
        let error = integrations.tickets().look_up("changes", "CHG1").await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let body = "{\"error\": {\"message\": \"No Record found\"}, \"status\": \"failure\"}";
    let integrations = at(&answering(http("404 Not Found", "", body)).await);
    assert_eq!(integrations.tickets().look_up("changes", "CHG1").await.unwrap(), None);
}

#[tokio::test]
async fn people_of_other_schedules_and_people_without_address_are_not_taken() {
    let entry = |schedule: &str, user: &str| {
        format!("{{\"schedule\": {{\"id\": \"{schedule}\"}}, \"user\": {user}, \"end\": null}}")
    };
    let ann = "{\"id\": \"PU1\", \"summary\": \"Ann\", \"email\": \"ann@example.com\"}";
    let (ours, theirs) = (entry("P1", ann), entry("P2", &ann.replace("ann@", "ben@")));
    let nameless = entry("P1", "{\"id\": \"PU2\", \"summary\": \"Cem\", \"type\": \"user_reference\"}");
    let body = format!("{{\"oncalls\": [{theirs}, {nameless}, {ours}]}}");
    let on_call = at(&answering(http("200 OK", "", &body)).await).on_call().now("P1").await.unwrap();
    assert_eq!(on_call.len(), 1);
    assert_eq!((on_call[0].email.as_str(), on_call[0].name.as_str()), ("ann@example.com", "Ann"));
    let body = format!("{{\"oncalls\": [{nameless}]}}");
    let error = at(&answering(http("200 OK", "", &body)).await).on_call().now("P1").await.unwrap_err();
    assert!(error.to_string().contains("may the API key read users?"), "{error}");
}
