//! One trace from the call that began it, through outbox and queue, to the call to AWS.

use journeys::{Collector, Plan, System, eventually};
use reqwest::Method;
use serde_json::json;

const ACCOUNT: &str = "customs-tariffs-production";
const SET: &str = "PowerUserAccess";

fn trace(number: u8) -> (String, String) {
    let id = format!("{:032x}", 0xabcd_0000_1111_2222_u128 << 64 | u128::from(number));
    let parent = format!("00-{id}-00f067aa0ba902b{number}-01");
    (id, parent)
}

async fn call_carries(system: &System, operation: &str, id: &str) {
    eventually(&format!("a call {operation} of the trace {id}"), async || {
        let calls = system.calls(operation).await;
        let found = calls.iter().any(|call| call.traceparent.as_ref().is_some_and(|parent| parent.contains(id)));
        if !calls.is_empty() && !found {
            eprintln!("{operation} carried {:?}", calls.iter().map(|call| &call.traceparent).collect::<Vec<_>>());
        }
        found.then_some(())
    })
    .await;
}

#[tokio::test]
async fn one_trace_reaches_from_the_answer_to_the_call_to_aws() {
    let collector = Collector::start().await;
    let system = Plan::new()
        .seven_processes()
        .variable("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint)
        .variable("OTEL_BSP_SCHEDULE_DELAY", "100")
        .start()
        .await;
    system.rule(SET, json!({})).await;
    let (ann, carla) = (system.token("ann").await, system.token("carla").await);

    let (asked, parent) = trace(1);
    let wish = json!({"pairs": [system.pair(ACCOUNT, SET)], "minutes": 30, "reason": journeys::REASON});
    let answer = system.send(Method::POST, "/v1/requests", Some(&ann), &[("traceparent", &parent)], Some(&wish)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let request: uuid::Uuid = answer.json()["id"].as_str().unwrap().parse().unwrap();

    let (decided, parent) = trace(2);
    let path = format!("/v1/requests/{request}/decisions");
    let yes = json!({"decision": "approve"});
    let answer = system.send(Method::POST, &path, Some(&carla), &[("traceparent", &parent)], Some(&yes)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let grant = system.grant_in(&system.person("ann").await, request, "active").await;
    call_carries(&system, "CreateAccountAssignment", &decided).await;

    let (ended, parent) = trace(3);
    let path = format!("/v1/grants/{}/end", grant.id);
    let answer = system.send(Method::POST, &path, Some(&ann), &[("traceparent", &parent)], Some(&json!({}))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    system.gone("ann", ACCOUNT, SET).await;
    call_carries(&system, "DeleteAccountAssignment", &ended).await;

    for (service, id) in [
        ("curfew-request", &asked),
        ("curfew-approval", &decided),
        ("curfew-grant", &decided),
        ("curfew-revocation", &ended),
        // Not the mail that asks: it is not sent where the decision was quicker.
        ("curfew-notification", &decided),
    ] {
        eventually(&format!("a span of {service} in the trace {id}"), async || {
            collector.has(service, id).then_some(())
        })
        .await;
    }
    assert!(!collector.has("curfew-grant", &trace(9).0), "a trace that nobody began");
}
