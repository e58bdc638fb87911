//! What users see when something around Curfew goes away, or Curfew itself does.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::SignedDuration;
use journeys::{Hook, Plan, System, Wire, eventually, within};
use reqwest::Method;
use serde_json::{Value, json};

const ACCOUNT: &str = "warehouse-docks-production";
const SET: &str = "DatabaseAdministrator";

async fn automatic_rule(system: &System) {
    system.rule(SET, journeys::automatic()).await;
}

/// Waits until AWS has heard of a creation, which is then under way.
async fn creation_is_under_way(system: &System) {
    eventually("AWS was asked to create", async || {
        (!system.calls("CreateAccountAssignment").await.is_empty()).then_some(())
    })
    .await;
}

async fn readiness_names(system: &System, dependency: &str) {
    eventually(&format!("/readyz names the {dependency}"), async || {
        let all = system.readiness().await;
        let named = all.values().flatten().all(|answer| {
            let said: Value = answer.json();
            answer.status == 503 && said["checks"][dependency].as_str().is_some_and(|word| word != "ok")
        });
        named.then_some(())
    })
    .await;
}

async fn every_fact_arrives(system: &System, sink: &journeys::HookSink, request: uuid::Uuid, facts: &[&str]) {
    let wanted: BTreeSet<String> = facts.iter().map(|fact| (*fact).to_owned()).collect();
    eventually("every fact arrives at the webhook", async || {
        let arrived = system.hooks(sink).await;
        let of_request = arrived.iter().filter(|hook| hook.json()["data"]["request"] == json!(request));
        let kinds: BTreeSet<String> = of_request.map(Hook::kind).collect();
        (kinds == wanted).then_some(())
    })
    .await;
}

const LIFE: [&str; 6] = [
    "request.submitted.v1",
    "request.approved.v1",
    "review.opened.v1",
    "grant.activated.v1",
    "grant.revoking.v1",
    "grant.ended.v1",
];

#[tokio::test]
async fn told_to_stop_it_finishes_what_is_in_hand_and_another_start_goes_on() {
    let mut system = Plan::new().start().await;
    automatic_rule(&system).await;
    system.simulator_set(&json!({"latency_median_seconds": 2.0, "latency_sigma": 0.0})).await;
    let request = system.ask("ann", vec![system.pair(ACCOUNT, SET)], 30).await;
    creation_is_under_way(&system).await;
    system.process("all").terminate();
    let status = system.process("all").ended_within(Duration::from_secs(35)).await;
    let status = status.expect("it stops within 35 s");
    assert!(status.success(), "{status}: {}", system.process("all").log());
    system.start_process("all");
    system.wait_until_ready().await;
    let ann = system.person("ann").await;
    let grant = system.grant_in(&ann, request.id, "active").await;
    assert_eq!(system.intervals("ann", ACCOUNT, SET).await.len(), 1);
    ann.end(grant.id).await.unwrap();
    system.gone("ann", ACCOUNT, SET).await;
    system.grant_in(&ann, request.id, "ended").await;
}

/// What a crashed process held is taken over when its lease is over, a minute later at most.
async fn taken_over(system: &System, request: uuid::Uuid, state: &str) -> client::Grant {
    let ann = system.person("ann").await;
    within(Duration::from_secs(100), &format!("the grant is {state}"), async || {
        ann.request(request).await.ok()?.grants.into_iter().find(|grant| grant.state == state)
    })
    .await
}

#[tokio::test]
async fn a_crash_between_the_call_and_its_answer_loses_nothing() {
    let mut system = Plan::new().start().await;
    automatic_rule(&system).await;
    let ann = system.person("ann").await;
    system.simulator_set(&json!({"latency_median_seconds": 1.5, "latency_sigma": 0.0})).await;
    let request = system.ask("ann", vec![system.pair(ACCOUNT, SET)], 30).await;
    creation_is_under_way(&system).await;
    system.process("all").kill();
    system.start_process("all");
    system.wait_until_ready().await;
    let grant = taken_over(&system, request.id, "active").await;
    ann.end(grant.id).await.unwrap();
    eventually("AWS was asked to delete", async || {
        (!system.calls("DeleteAccountAssignment").await.is_empty()).then_some(())
    })
    .await;
    system.process("all").kill();
    system.start_process("all");
    system.wait_until_ready().await;
    taken_over(&system, request.id, "ended").await;
    let intervals = system.intervals("ann", ACCOUNT, SET).await;
    assert!(intervals.iter().all(|interval| interval.until.is_some()), "{intervals:?}");
    assert_eq!(intervals.len(), 1, "{intervals:?}");
}

#[tokio::test]
async fn without_a_broker_at_the_start_lives_go_on_and_facts_arrive_later() {
    let system = Plan::new().broker_behind(Wire::Cut).start().await;
    readiness_names(&system, "broker").await;
    system.directory_is_there().await;
    automatic_rule(&system).await;
    let sink = system.webhook("late").await;
    let ann = system.person("ann").await;
    let request = system.ask("ann", vec![system.pair(ACCOUNT, SET)], 30).await;
    let grant = system.grant_in(&ann, request.id, "active").await;
    assert!(system.is_assigned("ann", ACCOUNT, SET).await);
    ann.end(grant.id).await.unwrap();
    system.gone("ann", ACCOUNT, SET).await;
    system.grant_in(&ann, request.id, "ended").await;
    assert!(system.hooks(&sink).await.is_empty(), "facts travelled without a broker");
    system.broker.as_ref().unwrap().mend();
    every_fact_arrives(&system, &sink, request.id, &LIFE).await;
    system.mail("ann", request.id, "Ended (given back)").await;
    eventually("ready again", async || {
        system.readiness().await.values().flatten().all(|answer| answer.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_broker_lost_on_the_way_does_not_keep_access_alive() {
    let system = Plan::new().seven_processes().broker_behind(Wire::Whole).start().await;
    automatic_rule(&system).await;
    let sink = system.webhook("cut").await;
    let ann = system.person("ann").await;
    let request = system.ask("ann", vec![system.pair(ACCOUNT, SET)], 1).await;
    let grant = system.grant_in(&ann, request.id, "active").await;
    system.broker.as_ref().unwrap().cut();
    readiness_names(&system, "broker").await;
    let other = system.ask("ann", vec![system.pair("warehouse-picking-production", SET)], 30).await;
    system.grant_in(&ann, other.id, "active").await;
    let left = grant.deadline_at.unwrap().duration_since(jiff::Timestamp::now());
    tokio::time::sleep(Duration::try_from(left).unwrap_or_default()).await;
    let interval = system.gone("ann", ACCOUNT, SET).await;
    let late = interval.until.unwrap().duration_since(grant.deadline_at.unwrap());
    assert!(!late.is_negative() && late < SignedDuration::from_secs(5), "gone {late:#} after the deadline");
    system.broker.as_ref().unwrap().mend();
    every_fact_arrives(&system, &sink, request.id, &LIFE).await;
    every_fact_arrives(&system, &sink, other.id, &LIFE[..4]).await;
}

#[tokio::test]
async fn a_database_that_goes_and_comes_back_is_named_and_nothing_is_lost() {
    let system = Plan::new().database_behind(Wire::Whole).start().await;
    automatic_rule(&system).await;
    let ann = system.person("ann").await;
    let request = system.ask("ann", vec![system.pair(ACCOUNT, SET)], 30).await;
    let grant = system.grant_in(&ann, request.id, "active").await;
    let token = system.token("ann").await;
    let database = system.database.as_ref().unwrap();
    database.cut();
    readiness_names(&system, "database").await;
    for (method, path) in
        [(Method::GET, format!("/v1/requests/{}", request.id)), (Method::POST, format!("/v1/grants/{}/end", grant.id))]
    {
        let body = (method == Method::POST).then(|| json!({}));
        let answer = system.send(method, &path, Some(&token), &[], body.as_ref()).await;
        assert_eq!((answer.status, answer.problem().as_str()), (503, "unavailable"), "{path}: {}", answer.text);
        assert!(!answer.text.contains("postgres") && !answer.text.contains("sqlx"), "{}", answer.text);
    }
    assert!(system.is_assigned("ann", ACCOUNT, SET).await);
    database.mend();
    eventually("ready again", async || {
        system.readiness().await.values().flatten().all(|answer| answer.status == 200).then_some(())
    })
    .await;
    ann.end(grant.id).await.unwrap();
    system.gone("ann", ACCOUNT, SET).await;
    system.grant_in(&ann, request.id, "ended").await;
}

#[tokio::test]
async fn an_aws_that_throttles_and_breaks_connections_delays_and_loses_nothing() {
    let system = Plan::new().start().await;
    automatic_rule(&system).await;
    let ann = system.person("ann").await;
    for fault in [
        json!({"kind": "throttle", "operations": ["CreateAccountAssignment"], "count": 2}),
        json!({"kind": "reset_after", "operations": ["CreateAccountAssignment"], "count": 1}),
        json!({"kind": "server_error", "operations": ["DeleteAccountAssignment"], "count": 2}),
        json!({"kind": "reset_after", "operations": ["DeleteAccountAssignment"], "count": 1}),
    ] {
        system.simulator_post("/control/faults", &fault).await;
    }
    let request = system.ask("ann", vec![system.pair(ACCOUNT, SET)], 30).await;
    let grant = system.grant_in(&ann, request.id, "active").await;
    assert!(system.is_assigned("ann", ACCOUNT, SET).await);
    ann.end(grant.id).await.unwrap();
    system.gone("ann", ACCOUNT, SET).await;
    system.grant_in(&ann, request.id, "ended").await;
    assert_eq!(system.intervals("ann", ACCOUNT, SET).await.len(), 1);
}
