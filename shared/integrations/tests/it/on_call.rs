use std::time::Instant;

use integrations::{Away, OnCallPerson};
use serde_json::json;

use crate::lab::{Lab, integrations, owned};

fn person(email: &str, name: &str, until: Option<&str>) -> OnCallPerson {
    OnCallPerson { email: email.to_owned(), name: name.to_owned(), until: until.map(|until| until.parse().unwrap()) }
}

#[tokio::test]
async fn who_is_on_call_is_told_with_address_name_and_end() {
    let lab = Lab::start();
    let people = json!([
        {"user": "ann", "from": "2026-01-01T00:00:00Z", "until": "2090-01-01T08:00:00Z"},
        {"user": "ben", "until": "2026-01-01T00:00:00Z"},
        {"user": "dave", "from": "2090-01-01T08:00:00Z"},
        {"user": "out@side.example"},
    ]);
    lab.put("schedules/PONE", json!({"people": people})).await;
    let on_call = lab.integrations().on_call().now("PONE").await.unwrap();
    let expected = [
        person("ann@harbourfreight.example", "Ann Ferreira", Some("2090-01-01T08:00:00Z")),
        person("out@side.example", "out", None),
    ];
    assert_eq!(on_call, expected);
    let asked = lab.asked("pagerduty").await;
    let query = asked[0]["query"].as_str().unwrap();
    for part in ["schedule_ids%5B%5D=PONE", "earliest=true", "time_zone=UTC", "include%5B%5D=users"] {
        assert!(query.contains(part), "{part} in {query}");
    }
}

#[tokio::test]
async fn a_person_at_several_levels_is_one_person_until_the_latest_end() {
    let lab = Lab::start();
    let people = json!([
        {"user": "ann", "until": "2090-01-01T08:00:00Z"},
        {"user": "ANN@harbourfreight.example", "until": "2091-01-01T08:00:00Z"},
        {"user": "ben", "until": "2090-01-01T08:00:00Z"},
        {"user": "ben@harbourfreight.example"},
    ]);
    lab.put("schedules/PONE", json!({"people": people, "policies": 3})).await;
    let on_call = lab.integrations().on_call().now("PONE").await.unwrap();
    assert_eq!(on_call.len(), 2, "{on_call:?}");
    assert_eq!(on_call[0].until, Some("2091-01-01T08:00:00Z".parse().unwrap()));
    assert_eq!(on_call[1].until, None);
}

#[tokio::test]
async fn all_pages_are_read() {
    let lab = Lab::start();
    let people: Vec<_> = (0..230).map(|n| json!({"user": format!("person{n:03}@side.example")})).collect();
    lab.put("schedules/PMANY", json!({"people": people})).await;
    let on_call = lab.integrations().on_call().now("PMANY").await.unwrap();
    assert_eq!(on_call.len(), 230);
    assert_eq!(
        (on_call[0].email.as_str(), on_call[229].email.as_str()),
        ("person000@side.example", "person229@side.example")
    );
    assert_eq!(lab.asked("pagerduty").await.len(), 3);
    lab.put("schedules/PMANY", json!({"people": people, "policies": 10})).await;
    let error = lab.integrations().on_call().now("PMANY").await.unwrap_err();
    assert!(matches!(&error, Away::Unreadable { why, .. } if why.contains("more than 2000 entries")), "{error}");
}

#[tokio::test]
async fn a_schedule_in_no_escalation_policy_is_known_all_the_same() {
    let lab = Lab::start();
    lab.put(
        "schedules/PLONE",
        json!({"people": [{"user": "ann"}, {"user": "ben", "from": "2090-01-01T00:00:00Z"}], "policies": 0}),
    )
    .await;
    let on_call = lab.integrations().on_call().now("PLONE").await.unwrap();
    assert_eq!(on_call, [person("ann@harbourfreight.example", "Ann Ferreira", None)]);
}

#[tokio::test]
async fn nobody_on_call_is_an_answer_and_an_unknown_schedule_is_none() {
    let lab = Lab::start();
    lab.put("schedules/PEMPTY", json!({"people": []})).await;
    let integrations = lab.integrations();
    assert_eq!(integrations.on_call().now("PEMPTY").await.unwrap(), []);
    let error = integrations.on_call().now("PNONE").await.unwrap_err();
    assert_eq!(error, Away::UnknownSchedule { system: "PagerDuty".to_owned(), schedule: "PNONE".to_owned() });
    assert_eq!(error.to_string(), "PagerDuty knows no schedule \"PNONE\"");
}

#[tokio::test]
async fn what_cannot_be_a_schedule_is_not_asked_for() {
    let lab = Lab::start();
    let integrations = lab.integrations();
    let long = "P".repeat(10_000);
    for schedule in ["", "..", "../../users", "POPSPRI&schedule_ids[]=POPSSEC", "P%2f", "P 1", "Ｐ１", "P\n1", &long]
    {
        let error = integrations.on_call().now(schedule).await.unwrap_err();
        assert!(matches!(error, Away::UnknownSchedule { .. }), "{error}");
        assert!(error.to_string().len() < 200, "{error}");
    }
    assert_eq!(lab.asked("pagerduty").await.len(), 0);
}

#[tokio::test]
async fn an_answer_is_remembered_and_an_error_is_not() {
    let lab = Lab::start();
    let integrations = lab.integrations_with(&[("ON_CALL__REMEMBERED_S", "300")]);
    lab.put("pagerduty/behaviour", json!({"status": 503, "times": 1})).await;
    assert!(integrations.on_call().now("POPSPRI").await.is_err());
    for _ in 0..3 {
        assert_eq!(integrations.clone().on_call().now("POPSPRI").await.unwrap().len(), 1);
    }
    assert_eq!(lab.asked("pagerduty").await.len(), 2);
    integrations.on_call().now("POPSSEC").await.unwrap();
    let asked = lab.asked("pagerduty").await;
    assert_eq!(asked.len(), 3, "another schedule is another question");
    assert_eq!(asked[0]["port"], asked[2]["port"], "one connection serves all");
}

#[tokio::test]
async fn each_way_of_being_away_is_told_apart() {
    let lab = Lab::start();
    let right = lab.integrations();
    let wrong_key = lab.integrations_with(&[("ON_CALL__PAGERDUTY_TOKEN", "wrong")]);
    let table = [
        (json!({"status": 500}), "PagerDuty answered with HTTP 500: Ordered to fail"),
        (json!({"status": 503}), "PagerDuty answered with HTTP 503: Ordered to fail"),
        (json!({"status": 400}), "PagerDuty answered with HTTP 400: Ordered to fail"),
        (json!({"status": 403}), "PagerDuty refuses Curfew's credentials (HTTP 403): Ordered to fail"),
        (json!({"status": 302}), "PagerDuty answered with HTTP 302: redirects are not followed"),
        (json!({"hang": true, "delay_ms": 50}), "PagerDuty cannot be reached: "),
    ];
    for (behaviour, expected) in table {
        lab.put("pagerduty/behaviour", behaviour).await;
        let error = right.on_call().now("POPSPRI").await.unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
        assert!(!error.is_wrong_question());
    }
    lab.put("pagerduty/behaviour", json!({})).await;
    let error = wrong_key.on_call().now("POPSPRI").await.unwrap_err().to_string();
    assert_eq!(error, "PagerDuty refuses Curfew's credentials (HTTP 401): Invalid API key");
    assert_eq!(right.on_call().now("POPSPRI").await.unwrap()[0].name, "Carla Lindqvist");
}

#[tokio::test]
async fn nobody_waits_longer_than_three_seconds() {
    let lab = Lab::start();
    lab.put("pagerduty/behaviour", json!({"delay_ms": 20_000})).await;
    let began = Instant::now();
    let error = lab.integrations().on_call().now("POPSPRI").await.unwrap_err();
    assert!(began.elapsed().as_secs_f64() < 4.5, "{:?}", began.elapsed());
    assert_eq!(error.to_string(), "PagerDuty cannot be reached: no answer within 3 s");
}

#[tokio::test]
async fn after_a_429_it_is_left_alone_until_it_said() {
    let lab = Lab::start();
    let integrations = lab.integrations();
    lab.put("pagerduty/behaviour", json!({"status": 429, "retry_after": 20, "times": 1})).await;
    let before = jiff::Timestamp::now();
    let Away::RateLimited { system, until } = integrations.on_call().now("POPSPRI").await.unwrap_err() else {
        panic!()
    };
    let wait = until.duration_since(before).as_secs_f64();
    assert!(system == "PagerDuty" && (20.0..25.0).contains(&wait), "{wait}");
    let again = integrations.on_call().now("POPSSEC").await.unwrap_err();
    assert_eq!(again, Away::RateLimited { system, until });
    assert!(again.to_string().starts_with("PagerDuty takes no more questions until 20"), "{again}");
    assert_eq!(lab.asked("pagerduty").await.len(), 1);
}

#[tokio::test]
async fn without_a_key_nobody_is_asked() {
    let integrations = integrations(&owned(&[]));
    assert!(!integrations.on_call().is_configured());
    let error = integrations.on_call().now("POPSPRI").await.unwrap_err();
    assert!(matches!(error, Away::NotConfigured(_)));
    assert_eq!(error.to_string(), "no on-call service is configured: on_call.pagerduty_token is not set");
}
