//! What AWS does on its worse days, beyond plain errors.

use std::time::Duration;

use aws_sdk_identitystore::error::ProvideErrorMetadata as _;
use aws_sdk_identitystore::operation::list_users::ListUsersError;
use aws_sdk_ssoadmin::config::retry::RetryConfig;
use aws_sdk_ssoadmin::types::StatusValues;
use serde_json::json;
use simulator::{ACCESS_KEY_ID, IDENTITY_STORE_ID, INSTANCE_ARN, SECRET_ACCESS_KEY};

use crate::lab::Lab;

async fn post(lab: &Lab, path: &str) {
    lab.post(path, json!({})).await;
}

async fn delete(lab: &Lab, path: &str) {
    lab.http.delete(lab.url(path)).send().await.unwrap().error_for_status().unwrap();
}

#[tokio::test]
async fn reads_flap_between_a_replica_that_knows_and_one_that_does_not_yet() {
    let lab = Lab::instant().await;
    lab.set(json!({"replica_lag_seconds": 30.0})).await;
    let wanted = lab.any();
    lab.create(&wanted).await.unwrap();
    assert!(lab.exists(&wanted).await);
    let mut seen = Vec::new();
    for _ in 0..40 {
        seen.push(lab.reads(&wanted).await);
    }
    assert!(seen.contains(&true) && seen.contains(&false), "{seen:?}");
    lab.delete(&wanted).await.unwrap();
    lab.reads(&wanted).await;
    assert!(!lab.exists(&wanted).await);
    lab.set(json!({"replica_lag_seconds": 0.0})).await;
    assert!(!lab.reads(&wanted).await);
}

#[tokio::test]
async fn the_id_of_an_operation_is_unknown_at_first() {
    let lab = Lab::instant().await;
    lab.set(json!({"unknown_at_first_seconds": 0.5})).await;
    let id = lab.create(&lab.any()).await.unwrap();
    let asking = || {
        let call = lab.sso.describe_account_assignment_creation_status().instance_arn(INSTANCE_ARN);
        call.account_assignment_creation_request_id(&id).send()
    };
    assert!(asking().await.unwrap_err().into_service_error().is_resource_not_found_exception());
    let listed = lab.sso.list_account_assignment_creation_status().instance_arn(INSTANCE_ARN).send().await.unwrap();
    assert!(listed.account_assignments_creation_status().is_empty());
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(lab.created(&id).await.0, StatusValues::Succeeded);
}

#[tokio::test]
async fn an_answer_may_break_off_although_the_effect_happened() {
    let lab = Lab::instant().await;
    let wanted = lab.any();
    lab.fault(json!({"kind": "truncate", "operations": ["CreateAccountAssignment"], "count": 1})).await;
    lab.create(&wanted).await.unwrap_err();
    assert!(lab.exists(&wanted).await);
    let counts = lab.get("/control/oracle/calls/count").await;
    assert_eq!(counts["sso-admin"]["CreateAccountAssignment"]["truncated:ok"], 1);
}

#[tokio::test]
async fn nobody_is_let_in_for_a_while() {
    let lab = Lab::instant().await;
    lab.post("/control/away", json!({"seconds": 0.6})).await;
    // A new client has no connection yet.
    let sso = crate::lab::sso_admin(&lab.simulator.http, ACCESS_KEY_ID, SECRET_ACCESS_KEY, None);
    assert_eq!(crate::lab::create_with(&sso, &lab.any()).await.unwrap_err(), "lost");
    tokio::time::sleep(Duration::from_millis(800)).await;
    crate::lab::create_with(&sso, &lab.any()).await.unwrap();
}

#[tokio::test]
async fn a_clock_that_is_off_by_more_than_five_minutes_signs_nothing() {
    let lab = Lab::instant().await;
    lab.set(json!({"clock_ahead_seconds": 240.0})).await;
    lab.create(&lab.any()).await.unwrap();
    lab.set(json!({"clock_ahead_seconds": 3600.0})).await;
    assert_eq!(lab.delete(&lab.any()).await.unwrap_err(), "InvalidSignatureException");
}

#[tokio::test]
async fn polls_alone_are_throttled_for_a_while() {
    let lab = Lab::instant().await;
    let polls = json!(["DescribeAccountAssignmentCreationStatus", "ListAccountAssignmentCreationStatus"]);
    lab.fault(json!({"kind": "throttle", "operations": polls, "lasts": 0.5})).await;
    let id = lab.create(&lab.any()).await.unwrap();
    let call = lab.sso.describe_account_assignment_creation_status().instance_arn(INSTANCE_ARN);
    let refused = call.account_assignment_creation_request_id(&id).send().await.unwrap_err();
    assert!(refused.into_service_error().is_throttling_exception());
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(lab.created(&id).await.0, StatusValues::Succeeded);
}

#[tokio::test]
async fn the_identity_store_says_how_long_to_wait() {
    let lab = Lab::instant().await;
    let config = aws_sdk_identitystore::Config::builder()
        .behavior_version(aws_sdk_identitystore::config::BehaviorVersion::latest())
        .region(aws_sdk_identitystore::config::Region::new("eu-central-1"))
        .endpoint_url(&lab.simulator.http)
        .credentials_provider(aws_sdk_identitystore::config::Credentials::new(
            ACCESS_KEY_ID,
            SECRET_ACCESS_KEY,
            None,
            None,
            "test",
        ))
        .retry_config(RetryConfig::disabled())
        .build();
    let people = aws_sdk_identitystore::Client::from_conf(config);
    lab.fault(json!({"kind": "throttle", "operations": ["ListUsers"], "count": 1, "seconds": 7.0})).await;
    let error = people.list_users().identity_store_id(IDENTITY_STORE_ID).send().await.unwrap_err();
    assert_eq!(error.code(), Some("ThrottlingException"));
    let ListUsersError::ThrottlingException(throttled) = error.into_service_error() else { panic!("not throttled") };
    assert_eq!(throttled.retry_after_seconds(), 7);
}

#[tokio::test]
async fn one_account_may_be_slow_or_stuck_for_ever_while_the_others_are_not() {
    let lab = Lab::instant().await;
    let (slow, other) = (lab.any(), lab.wanted("ann", "sandbox-data", "LogReader"));
    lab.fault(json!({"kind": "slow", "account": slow.account})).await;
    let (stuck, quick) = (lab.create(&slow).await.unwrap(), lab.create(&other).await.unwrap());
    assert_eq!(lab.created(&quick).await.0, StatusValues::Succeeded);
    assert_eq!(lab.created(&stuck).await.0, StatusValues::InProgress);
    assert!(!lab.exists(&slow).await);
}

#[tokio::test]
async fn credentials_are_revoked_while_they_are_used() {
    let lab = Lab::instant().await;
    let wanted = lab.any();
    let grant = crate::roles::as_role(&lab, "curfew-grant").await.unwrap();
    crate::lab::create_with(&grant, &wanted).await.unwrap();
    post(&lab, "/control/roles/curfew-grant/revoke").await;
    assert_eq!(crate::lab::create_with(&grant, &wanted).await.unwrap_err(), "UnrecognizedClientException");
    assert_eq!(crate::roles::as_role(&lab, "curfew-grant").await.err(), Some("AccessDenied".to_owned()));
    post(&lab, "/control/roles/curfew-grant/restore").await;
    let again = crate::roles::as_role(&lab, "curfew-grant").await.unwrap();
    crate::lab::create_with(&again, &wanted).await.unwrap();
}

#[tokio::test]
async fn a_permission_set_or_an_account_may_go_and_takes_its_assignments_along() {
    let lab = Lab::instant().await;
    let (one, other) = (lab.any(), lab.wanted("ann", "sandbox-data", "LogReader"));
    for wanted in [&one, &other] {
        lab.create(wanted).await.unwrap();
        lab.reads(wanted).await;
    }
    delete(&lab, "/control/permission-sets/PowerUserAccess").await;
    assert!(!lab.exists(&one).await);
    assert_eq!(lab.delete(&one).await.unwrap_err(), "ResourceNotFoundException");
    assert!(lab.exists(&other).await);
    delete(&lab, "/control/accounts/sandbox-data").await;
    assert!(!lab.exists(&other).await);
    assert_eq!(lab.create(&other).await.unwrap_err(), "ResourceNotFoundException");
}

#[tokio::test]
async fn another_tenant_may_use_the_whole_rate() {
    let lab = Lab::start(simulator::Config::aws()).await;
    lab.set(json!({"other_tenant_per_second": 19.0, "empty_pages": false})).await;
    let mut refused = 0;
    for _ in 0..10 {
        let answer = lab.sso.list_instances().send().await;
        refused += usize::from(answer.is_err_and(|error| error.into_service_error().is_throttling_exception()));
    }
    assert!(refused >= 7, "{refused} of 10 were refused");
}
