use std::time::{Duration, Instant};

use aws_sdk_ssoadmin::types::StatusValues;
use serde_json::json;

use crate::lab::Lab;

#[tokio::test]
async fn each_fault_does_what_it_says_once_and_the_oracle_shows_whether_it_had_an_effect() {
    let lab = Lab::instant().await;
    let people = ["ann", "ben", "carla", "dave", "erin", "frank", "gone"];
    let table = [
        (json!({"kind": "throttle"}), Err("ThrottlingException"), false),
        (json!({"kind": "server_error"}), Err("InternalServerException"), false),
        (json!({"kind": "access_denied"}), Err("AccessDeniedException"), false),
        (json!({"kind": "conflict"}), Err("ConflictException"), false),
        (json!({"kind": "reset_before"}), Err("lost"), false),
        (json!({"kind": "reset_after"}), Err("lost"), true),
        (json!({"kind": "delay", "seconds": 0.2}), Ok(()), true),
    ];
    for (person, (mut fault, answer, effect)) in people.into_iter().zip(table) {
        fault["operations"] = json!(["CreateAccountAssignment"]);
        fault["count"] = json!(1);
        lab.fault(fault.clone()).await;
        let wanted = lab.wanted(person, "customs-tariffs-production", "LogReader");
        assert_eq!(lab.create(&wanted).await.map(|_| ()), answer.map_err(str::to_owned), "{fault}");
        assert_eq!(lab.exists(&wanted).await, effect, "{fault}");
        lab.create(&wanted).await.unwrap_or_else(|error| panic!("{fault} struck twice: {error}"));
    }
    let counts = lab.get("/control/oracle/calls/count").await;
    let of = |outcome: &str| counts["sso-admin"]["CreateAccountAssignment"][outcome].as_u64();
    assert_eq!((of("ThrottlingException"), of("reset_before"), of("reset_after:ok")), (Some(1), Some(1), Some(1)));
}

#[tokio::test]
async fn a_hanging_call_is_held_and_then_lost_with_or_without_effect() {
    let lab = Lab::instant().await;
    for (person, effect) in [("ann", false), ("ben", true)] {
        lab.fault(json!({"kind": "hang", "seconds": 0.3, "count": 1, "effect": effect})).await;
        let wanted = lab.wanted(person, "sandbox-data", "LogReader");
        let start = Instant::now();
        assert_eq!(lab.create(&wanted).await.unwrap_err(), "lost");
        assert!(start.elapsed() >= Duration::from_millis(300));
        assert_eq!(lab.exists(&wanted).await, effect);
    }
}

#[tokio::test]
async fn a_failed_creation_has_no_effect_and_a_failed_deletion_leaves_the_assignment() {
    let lab = Lab::instant().await;
    let wanted = lab.any();
    lab.fault(json!({"kind": "failed", "operations": ["CreateAccountAssignment"], "count": 1, "reason": "role quota"}))
        .await;
    let id = lab.create(&wanted).await.unwrap();
    assert_eq!(lab.created(&id).await, (StatusValues::Failed, Some("role quota".to_owned())));
    assert!(!lab.exists(&wanted).await);
    lab.create(&wanted).await.unwrap();
    lab.fault(json!({"kind": "failed", "operations": ["DeleteAccountAssignment"], "count": 1})).await;
    let id = lab.delete(&wanted).await.unwrap();
    assert_eq!(lab.deleted(&id).await.0, StatusValues::Failed);
    assert!(lab.exists(&wanted).await);
    lab.fault(json!({"kind": "failed", "count": 1, "effect": true})).await;
    let id = lab.delete(&wanted).await.unwrap();
    assert_eq!(lab.deleted(&id).await.0, StatusValues::Failed);
    assert!(!lab.exists(&wanted).await, "failed, and yet it took effect");
}

#[tokio::test]
async fn a_slow_operation_takes_its_time_and_one_without_time_never_ends() {
    let lab = Lab::instant().await;
    lab.fault(json!({"kind": "slow", "seconds": 1.0, "count": 1})).await;
    lab.fault(json!({"kind": "slow", "count": 1})).await;
    let (slow, stuck) = (lab.any(), lab.wanted("ben", "sandbox-data", "LogReader"));
    let (slow_id, stuck_id) = (lab.create(&slow).await.unwrap(), lab.create(&stuck).await.unwrap());
    assert_eq!(lab.created(&slow_id).await.0, StatusValues::InProgress);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(lab.created(&slow_id).await.0, StatusValues::Succeeded);
    assert_eq!(lab.created(&stuck_id).await.0, StatusValues::InProgress);
}

#[tokio::test]
async fn a_fault_can_be_about_one_account_and_can_be_taken_back() {
    let lab = Lab::instant().await;
    let wanted = lab.any();
    lab.fault(json!({"kind": "throttle", "account": wanted.account})).await;
    assert_eq!(lab.create(&wanted).await.unwrap_err(), "ThrottlingException");
    lab.create(&lab.wanted("ann", "sandbox-data", "LogReader")).await.unwrap();
    lab.http.delete(lab.url("/control/faults")).send().await.unwrap().error_for_status().unwrap();
    lab.create(&wanted).await.unwrap();
}

#[tokio::test]
async fn an_order_that_makes_no_sense_is_refused() {
    let lab = Lab::instant().await;
    for order in [
        json!({"kind": "earthquake"}),
        json!({"kind": "throttle", "cuont": 1}),
        json!({"kind": "throttle", "probability": 2}),
        json!({"kind": "throttle", "operations": ["CreateAssignment"]}),
    ] {
        let answer = lab.http.post(lab.url("/control/faults")).json(&order).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{order}");
    }
}

#[tokio::test]
async fn a_reset_brings_the_seed_back() {
    let lab = Lab::instant().await;
    let wanted = lab.any();
    lab.create(&wanted).await.unwrap();
    lab.fault(json!({"kind": "throttle"})).await;
    lab.post("/control/reset", json!({})).await;
    assert!(!lab.exists(&wanted).await);
    lab.create(&wanted).await.unwrap();
}
