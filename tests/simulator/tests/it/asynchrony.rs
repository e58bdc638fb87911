use std::time::Duration;

use aws_sdk_ssoadmin::error::ProvideErrorMetadata as _;
use aws_sdk_ssoadmin::types::StatusValues;
use serde_json::json;
use simulator::INSTANCE_ARN;

use crate::lab::{Lab, Wanted};

async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

#[tokio::test]
async fn an_assignment_exists_only_after_its_latency_and_the_oracle_knows_from_when_until_when() {
    let lab = Lab::slow(1.0).await;
    lab.set(json!({"linger_seconds": 0.0})).await;
    let wanted = lab.any();
    let id = lab.create(&wanted).await.unwrap();
    assert_eq!(lab.created(&id).await.0, StatusValues::InProgress);
    assert!(!lab.reads(&wanted).await);
    assert!(!lab.exists(&wanted).await);
    pause(1100).await;
    assert_eq!(lab.created(&id).await.0, StatusValues::Succeeded);
    assert!(lab.reads(&wanted).await);
    let id = lab.delete(&wanted).await.unwrap();
    assert!(lab.reads(&wanted).await, "a deletion under way has no effect yet");
    pause(1100).await;
    assert_eq!(lab.deleted(&id).await.0, StatusValues::Succeeded);
    assert!(!lab.reads(&wanted).await);
    let intervals = lab.intervals(&wanted).await;
    assert_eq!(intervals.len(), 1);
    let at = |field: &str| simulator::Millis::parse(intervals[0][field].as_str().unwrap()).unwrap().0;
    let calls = lab.get("/control/oracle/calls").await;
    let called = |operation: &str| {
        let call =
            calls["calls"].as_array().unwrap().iter().find(|call| call["operation"] == operation).unwrap().clone();
        simulator::Millis::parse(call["at"].as_str().unwrap()).unwrap().0
    };
    assert_eq!(
        at("from"),
        called("CreateAccountAssignment") + 1000,
        "the effect is at its due moment, whenever somebody looks"
    );
    assert_eq!(at("until"), called("DeleteAccountAssignment") + 1000);
    assert!(intervals[0]["created_by"].as_str().unwrap().ends_with(":user/curfew-dev"));
    assert_eq!(intervals[0]["principal_name"], "ann");
}

#[tokio::test]
async fn without_latency_a_creation_is_in_progress_in_its_answer_and_succeeded_when_first_asked_about() {
    let lab = Lab::instant().await;
    let wanted = lab.any();
    let id = lab.create(&wanted).await.unwrap();
    assert_eq!(lab.created(&id).await.0, StatusValues::Succeeded);
    let id = lab.delete(&wanted).await.unwrap();
    assert_eq!(lab.deleted(&id).await.0, StatusValues::Succeeded);
    assert!(!lab.exists(&wanted).await);
}

#[tokio::test]
async fn creating_what_exists_succeeds_and_changes_nothing() {
    let lab = Lab::instant().await;
    let wanted = lab.any();
    for _ in 0..3 {
        let id = lab.create(&wanted).await.unwrap();
        assert_eq!(lab.created(&id).await.0, StatusValues::Succeeded);
    }
    assert_eq!(lab.intervals(&wanted).await.len(), 1);
    lab.delete(&wanted).await.unwrap();
    assert!(!lab.reads(&wanted).await, "one deletion removes it, however often it was created");
}

#[tokio::test]
async fn what_is_missing_or_malformed_is_refused_at_once() {
    let lab = Lab::instant().await;
    let good = lab.any();
    let with = |change: fn(&mut Wanted)| {
        let mut wanted = good.clone();
        change(&mut wanted);
        wanted
    };
    assert_eq!(lab.delete(&good).await.unwrap_err(), "ResourceNotFoundException", "nothing to delete");
    for (name, wanted, code) in [
        ("unknown account", with(|w| w.account = "000000000000".into()), "ResourceNotFoundException"),
        ("account of eleven digits", with(|w| w.account = "12345678901".into()), "ValidationException"),
        (
            "unknown user",
            with(|w| w.user = "906768ae6b-00000000-0000-4000-8000-000000000000".into()),
            "ResourceNotFoundException",
        ),
        ("user name for a user id", with(|w| w.user = "ann".into()), "ValidationException"),
        ("unknown permission set", with(|w| w.set = w.set.replace("/ps-", "/ps-x")), "ResourceNotFoundException"),
        ("no ARN", with(|w| w.set = "PowerUserAccess".into()), "ValidationException"),
    ] {
        assert_eq!(lab.create(&wanted).await.unwrap_err(), code, "{name}");
    }
    let other =
        lab.sso.list_permission_sets().instance_arn("arn:aws:sso:::instance/ssoins-0000000000000000").send().await;
    assert_eq!(other.unwrap_err().code(), Some("ResourceNotFoundException"));
}

#[tokio::test]
async fn one_operation_at_a_time_for_a_tuple_and_the_conflict_lingers() {
    let lab = Lab::slow(1.0).await;
    lab.set(json!({"linger_seconds": 1.0})).await;
    let wanted = lab.any();
    let id = lab.create(&wanted).await.unwrap();
    assert_eq!(lab.create(&wanted).await.unwrap_err(), "ConflictException");
    assert_eq!(
        lab.delete(&wanted).await.unwrap_err(),
        "ConflictException",
        "a deletion conflicts with the creation under way"
    );
    let neighbour = lab.wanted("ben", "payments-ledger-production", "PowerUserAccess");
    lab.create(&neighbour).await.unwrap();
    pause(1100).await;
    assert_eq!(lab.created(&id).await.0, StatusValues::Succeeded);
    assert_eq!(lab.delete(&wanted).await.unwrap_err(), "ConflictException", "shortly after, too");
    pause(1100).await;
    lab.delete(&wanted).await.unwrap();
}

#[tokio::test]
async fn creations_and_deletions_are_followed_by_their_own_operations_and_lists() {
    let lab = Lab::instant().await;
    let wanted = lab.any();
    let created = lab.create(&wanted).await.unwrap();
    let deleted = lab.delete(&wanted).await.unwrap();
    let ask = lab.sso.describe_account_assignment_deletion_status().instance_arn(INSTANCE_ARN);
    let wrong = ask.account_assignment_deletion_request_id(&created).send().await;
    assert_eq!(wrong.unwrap_err().code(), Some("ResourceNotFoundException"));
    let list = lab.sso.list_account_assignment_deletion_status().instance_arn(INSTANCE_ARN).send().await.unwrap();
    let ids: Vec<_> =
        list.account_assignments_deletion_status().iter().filter_map(|status| status.request_id()).collect();
    assert_eq!(ids, [deleted.as_str()]);
}

#[tokio::test]
async fn a_status_list_pages_through_all_that_are_under_way_newest_first() {
    let lab = Lab::slow(3600.0).await;
    lab.set(json!({"outstanding_operations": 100})).await;
    let mut ids = Vec::new();
    for user in ["ann", "ben", "carla", "dave", "erin"] {
        ids.push(lab.create(&lab.wanted(user, "sandbox-data", "LogReader")).await.unwrap());
    }
    ids.reverse();
    let filter = aws_sdk_ssoadmin::types::OperationStatusFilter::builder().status(StatusValues::InProgress).build();
    let call =
        lab.sso.list_account_assignment_creation_status().instance_arn(INSTANCE_ARN).filter(filter).max_results(2);
    let pages: Vec<_> = call.into_paginator().send().collect::<Result<Vec<_>, _>>().await.unwrap();
    assert_eq!(pages.len(), 3);
    let listed: Vec<_> = pages
        .iter()
        .flat_map(|page| page.account_assignments_creation_status())
        .filter_map(|one| one.request_id())
        .collect();
    assert_eq!(listed, ids);
}

#[tokio::test]
async fn a_suspended_account_is_accepted_and_fails_later_without_effect() {
    let lab = Lab::instant().await;
    let wanted = lab.wanted("ann", "legacy-tracking", "ReadOnlyAccess");
    let id = lab.create(&wanted).await.unwrap();
    let (status, reason) = lab.created(&id).await;
    assert_eq!(status, StatusValues::Failed);
    assert!(reason.unwrap().contains("suspended"));
    assert!(!lab.exists(&wanted).await);
}

#[tokio::test]
async fn a_lagging_read_shows_the_past_while_the_oracle_shows_the_truth() {
    let lab = Lab::instant().await;
    lab.set(json!({"visibility_lag_seconds": 1.0})).await;
    let wanted = lab.any();
    lab.create(&wanted).await.unwrap();
    assert!(!lab.reads(&wanted).await);
    assert!(lab.exists(&wanted).await);
    pause(1100).await;
    assert!(lab.reads(&wanted).await);
    lab.delete(&wanted).await.unwrap();
    assert!(lab.reads(&wanted).await, "it is gone, but still shown");
    assert!(!lab.exists(&wanted).await);
    pause(1100).await;
    assert!(!lab.reads(&wanted).await);
}

#[tokio::test]
async fn changes_from_outside_are_at_once_and_marked() {
    let lab = Lab::instant().await;
    let named = json!({"user": "ann", "account": "payments-ledger-production", "permission_set": "PowerUserAccess"});
    lab.post("/control/assignments", named.clone()).await;
    assert!(lab.reads(&lab.any()).await);
    lab.http.delete(lab.url("/control/assignments")).json(&named).send().await.unwrap().error_for_status().unwrap();
    let intervals = lab.intervals(&lab.any()).await;
    assert_eq!(
        (intervals[0]["created_by"].as_str(), intervals[0]["removed_by"].as_str()),
        (Some("outside"), Some("outside"))
    );
}
