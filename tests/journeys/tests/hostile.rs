//! Texts and bodies that somebody means badly: kept whole, shown inert, refused in words, and never a 5xx.

use client::NewRequest;
use journeys::{Plan, System};
use reqwest::Method;
use serde_json::{Value, json};

const ACCOUNT: &str = "customs-brokers-production";
const SET: &str = "PowerUserAccess";

const SCRIPT: &str = "<script>alert('x')</script><img src=x onerror=alert(1)> \"quoted\" & <b>bold</b>";

async fn system() -> System {
    let system = Plan::new().start().await;
    system.rule(SET, json!({})).await;
    system
}

#[tokio::test]
async fn strange_reasons_are_kept_whole_and_shown_inert() {
    let system = system().await;
    let ann = system.person("ann").await;
    let carla = system.person("carla").await;
    let reasons = [
        SCRIPT.to_owned(),
        "\u{202e}gnirts desrever\u{202c} and שלום עולם, مرحبا بالعالم".to_owned(),
        "👩‍👩‍👧‍👦 the family of 🏴‍☠️ needs access 🔥🔥🔥".to_owned(),
        "'; DROP TABLE requests; -- {{ 7*7 }} ${jndi:ldap://x} %s%n ../../etc/passwd".to_owned(),
        "lines\nand\nmore lines, ending here.".to_owned(),
        "ä".repeat(4_000),
    ];
    for reason in reasons {
        let wish = NewRequest {
            pairs: vec![system.pair(ACCOUNT, SET)],
            minutes: 30,
            reason: reason.clone(),
            ..NewRequest::default()
        };
        let request = ann.submit(&wish, None).await.unwrap_or_else(|error| panic!("{reason:.80}: {error:?}"));
        assert_eq!(request.reason, reason);
        assert_eq!(ann.request(request.id).await.unwrap().reason, reason);
        let mail = system.mail("carla", request.id, "asks for").await;
        assert_eq!(carla.link(&mail.link_token("Approve")).await.unwrap().request.reason, reason);
        for tag in ["<script", "<img", "<b>"] {
            assert!(!mail.html.contains(tag), "the mail holds {tag}");
        }
        if reason == SCRIPT {
            assert!(mail.html.contains("&lt;script") || mail.html.contains("&#60;script"), "{}", mail.html);
        }
        assert!(!mail.subject.contains(['\u{202e}', '\n', '\r']), "{}", mail.subject);
        ann.cancel(request.id, None).await.unwrap();
    }
}

#[tokio::test]
async fn a_reason_of_ten_thousand_characters_is_kept_whole_or_refused_in_words() {
    let system = system().await;
    let token = system.token("ann").await;
    let reason = "because ".repeat(1_250);
    let wish = json!({"pairs": [system.pair(ACCOUNT, SET)], "minutes": 30, "reason": reason.trim()});
    let answer = system.send(Method::POST, "/v1/requests", Some(&token), &[], Some(&wish)).await;
    match answer.status {
        201 => assert_eq!(answer.json()["reason"], reason.trim()),
        _ => assert_eq!((answer.status, answer.problem().as_str()), (422, "justification-too-long"), "{}", answer.text),
    }
}

#[tokio::test]
async fn bodies_that_are_meant_badly_are_refused_in_words() {
    let system = system().await;
    let token = system.token("ann").await;
    let pair = serde_json::to_value(system.pair(ACCOUNT, SET)).unwrap();
    let wish = |changes: Value| {
        let mut body = json!({"pairs": [pair], "minutes": 30, "reason": journeys::REASON});
        for (key, value) in changes.as_object().unwrap() {
            body[key] = value.clone();
        }
        body
    };
    for (what, body, status, problem) in [
        ("an unknown field", wish(json!({"approved": true})), 400, "unknown-field"),
        ("a wrong type", wish(json!({"minutes": "thirty"})), 400, "wrong-type"),
        ("no minutes", wish(json!({"minutes": 0})), 422, "duration-zero"),
        ("fewer than none", wish(json!({"minutes": -1})), 422, "duration-negative"),
        ("a thousand million", wish(json!({"minutes": 1_000_000_000})), 422, "duration-too-long"),
        ("a past start", wish(json!({"start_at": "2020-01-01T00:00:00Z"})), 422, "start-in-past"),
        ("a control character", wish(json!({"reason": "ten characters\u{0} and a null"})), 422, "control-characters"),
        ("a reason of a megabyte", wish(json!({"reason": "x".repeat(1 << 20)})), 422, "justification-too-long"),
        ("51 pairs", wish(json!({"pairs": vec![pair.clone(); 51]})), 422, "too-many-pairs"),
        ("a pair twice", wish(json!({"pairs": [pair, pair]})), 422, "duplicate-pair"),
        (
            "an unknown account",
            wish(json!({"pairs": [{"account": "000000000000", "permission_set": system.permission_set(SET)}]})),
            422,
            "unknown-account",
        ),
        ("a list for the body", json!([1, 2, 3]), 400, "wrong-type"),
    ] {
        let answer = system.send(Method::POST, "/v1/requests", Some(&token), &[], Some(&body)).await;
        let found = (answer.status, answer.problem());
        let megabyte = (413, "payload-too-large".to_owned());
        if what == "a reason of a megabyte" && found == megabyte {
            continue;
        }
        assert_eq!(found, (status, problem.to_owned()), "{what}: {}", answer.text);
    }
    let deep = format!("{{\"pairs\": {}1{}}}", "[".repeat(50_000), "]".repeat(50_000));
    for (what, text) in [
        ("nesting without end", deep.as_str()),
        ("half a body", "{\"pairs\": ["),
        ("no JSON", "pairs=1"),
        ("a field twice", "{\"minutes\": 1, \"minutes\": 2}"),
    ] {
        let answer = system.post_text("/v1/requests", &token, text).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.text);
    }
    for path in [
        "/v1/requests/../../etc",
        "/v1/requests/%00",
        "/v1/requests?limit=-1",
        "/v1/requests?cursor=%ff%fe",
        "/v1/requests/0",
        "/v1/links/%3Cscript%3E",
        "/v1/trail?limit=99999999999999999999",
    ] {
        let answer = system.send(Method::GET, path, Some(&token), &[], None).await;
        assert!((400..500).contains(&answer.status), "{path}: {} {}", answer.status, answer.text);
        assert!(!answer.text.contains("<script>"), "{path}");
    }
    let key = [("idempotency-key", "the-same-key")];
    let first = system.send(Method::POST, "/v1/requests", Some(&token), &key, Some(&wish(json!({})))).await;
    let again = system.send(Method::POST, "/v1/requests", Some(&token), &key, Some(&wish(json!({})))).await;
    assert_eq!((first.status, again.status, first.json()["id"].clone()), (201, 201, again.json()["id"].clone()));
    let other =
        system.send(Method::POST, "/v1/requests", Some(&token), &key, Some(&wish(json!({"minutes": 31})))).await;
    assert_eq!((other.status, other.problem().as_str()), (422, "idempotency-key-reused"));
}
