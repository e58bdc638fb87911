//! Service control policies by Organizations' own API, and what they do to live sessions.

use std::time::Duration;

use aws_sdk_organizations::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_sdk_organizations::error::ProvideErrorMetadata as _;
use aws_sdk_organizations::types::PolicyType;
use serde_json::{Value, json};
use simulator::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};

use crate::lab::{Lab, Wanted, delete_with};

const POLICY: &str = "p-curfewdeny";

fn organizations(lab: &Lab) -> aws_sdk_organizations::Client {
    let config = aws_sdk_organizations::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(&lab.simulator.http)
        .retry_config(RetryConfig::disabled())
        .credentials_provider(Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "test"))
        .build();
    aws_sdk_organizations::Client::from_conf(config)
}

/// Writes the policy; the error's code where it was refused.
async fn write(lab: &Lab, content: &str) -> Result<(), String> {
    let update = organizations(lab).update_policy().policy_id(POLICY).content(content);
    update.send().await.map(|_| ()).map_err(|error| error.code().unwrap_or("?").to_owned())
}

fn denying(condition: &Value) -> String {
    let statement = json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition});
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

fn named(wanted: &Wanted) -> Value {
    json!({"user": wanted.user, "account": wanted.account, "permission_set": wanted.set})
}

async fn opened(lab: &Lab, wanted: &Wanted) {
    lab.post("/control/sessions", named(wanted)).await;
}

/// What ended each session, in the order in which they were opened.
async fn ended(lab: &Lab) -> Vec<Value> {
    let answer = lab.get("/control/sessions").await;
    answer["sessions"].as_array().unwrap().iter().map(|session| session["ended"].clone()).collect()
}

/// A standing assignment that sessions can be opened by.
fn standing(lab: &Lab) -> Wanted {
    lab.wanted("dave", "payments-ledger-staging", "DatabaseAdministrator")
}

#[tokio::test]
async fn the_prepared_policy_is_read_written_and_attached_to_the_root() {
    let lab = Lab::instant().await;
    let client = organizations(&lab);
    let content = denying(&json!({"StringEquals": {"identitystore:UserId": "somebody"}}));
    write(&lab, &content).await.unwrap();
    let policy = client.describe_policy().policy_id(POLICY).send().await.unwrap().policy.unwrap();
    assert_eq!(policy.content(), Some(content.as_str()));
    let targets = client.list_targets_for_policy().policy_id(POLICY).send().await.unwrap();
    let root = targets.targets()[0].target_id().unwrap().to_owned();
    assert!(root.starts_with("r-"));
    let attached = client
        .list_policies_for_target()
        .target_id(root)
        .filter(PolicyType::ServiceControlPolicy)
        .send()
        .await
        .unwrap();
    assert_eq!(attached.policies()[0].id(), Some(POLICY));
}

#[tokio::test]
async fn a_policy_that_is_unknown_malformed_or_too_long_is_refused() {
    let lab = Lab::instant().await;
    let unknown = organizations(&lab).describe_policy().policy_id("p-0000000000").send().await.unwrap_err();
    assert_eq!(unknown.code(), Some("PolicyNotFoundException"));
    for malformed in ["{", "{}", r#"{"Version":"2012-10-17","Statement":[]}"#] {
        assert_eq!(write(&lab, malformed).await, Err("MalformedPolicyDocumentException".to_owned()), "{malformed}");
    }
    let exactly = |length: usize| {
        let short = denying(&json!({"StringEquals": {"identitystore:UserId": ""}}));
        denying(&json!({"StringEquals": {"identitystore:UserId": "x".repeat(length - short.len())}}))
    };
    assert_eq!(write(&lab, &exactly(5_121)).await, Err("ConstraintViolationException".to_owned()));
    write(&lab, &exactly(5_120)).await.unwrap();
    lab.fault(json!({"kind": "conflict", "operations": ["UpdatePolicy"], "count": 1})).await;
    let again = write(&lab, &exactly(5_000)).await;
    assert_eq!(again, Err("ConcurrentModificationException".to_owned()));
}

#[tokio::test]
async fn a_session_outlives_its_assignment_unless_its_role_goes() {
    let lab = Lab::instant().await;
    let wanted = standing(&lab);
    let refused = lab.http.post(lab.url("/control/sessions")).json(&named(&lab.any())).send().await.unwrap();
    assert_eq!(refused.status(), 403, "nobody opens what they do not have");
    opened(&lab, &wanted).await;
    lab.set(json!({"role_removal_kills_sessions": false})).await;
    delete_with(&lab.sso, &wanted).await.unwrap();
    assert_eq!(ended(&lab).await, [Value::Null]);
    lab.set(json!({"role_removal_kills_sessions": true})).await;
    assert_eq!(ended(&lab).await, [json!("role_removed")]);
}

#[tokio::test]
async fn a_deny_reaches_older_sessions_of_one_person_by_one_role_after_its_lag() {
    let lab = Lab::instant().await;
    let wanted = standing(&lab);
    opened(&lab, &wanted).await;
    let role = format!("arn:*:iam::{}:role/*/AWSReservedSSO_DatabaseAdministrator_????????????????", wanted.account);
    let deny = |user: &str, role: &str, before: &str| {
        denying(&json!({"StringEquals": {"identitystore:UserId": [user]}, "ArnLike": {"aws:PrincipalArn": [role]},
            "DateLessThan": {"aws:TokenIssueTime": before}}))
    };
    let (past, future) = ("2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z");
    for (user, role, before) in [
        ("somebody-else", role.as_str(), future),
        (&wanted.user, "arn:*:iam::*:role/*/AWSReservedSSO_Database_????????????????", future),
        (&wanted.user, &role, past),
    ] {
        write(&lab, &deny(user, role, before)).await.unwrap();
        assert_eq!(ended(&lab).await, [Value::Null], "{user} {role} {before}");
    }
    lab.set(json!({"policy_lag_seconds": 0.4})).await;
    write(&lab, &deny(&wanted.user, &role, future)).await.unwrap();
    assert_eq!(ended(&lab).await, [Value::Null], "not yet");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(ended(&lab).await, [json!({"denied_by_policy": POLICY})]);
}

#[tokio::test]
async fn no_policy_reaches_the_management_account() {
    let lab = Lab::instant().await;
    let wanted = lab.wanted("ann", "harbour-freightline", "LogReader");
    lab.post("/control/assignments", named(&wanted)).await;
    opened(&lab, &wanted).await;
    write(&lab, &denying(&json!({"StringEquals": {"identitystore:UserId": wanted.user}}))).await.unwrap();
    assert_eq!(ended(&lab).await, [Value::Null]);
}

#[tokio::test]
async fn a_permission_sets_own_deny_counts_once_it_is_provisioned() {
    let lab = Lab::instant().await;
    let wanted = standing(&lab);
    opened(&lab, &wanted).await;
    let put = lab.sso.put_inline_policy_to_permission_set().instance_arn(simulator::INSTANCE_ARN);
    let content = denying(&json!({"StringEquals": {"identitystore:UserId": wanted.user}}));
    put.permission_set_arn(&wanted.set).inline_policy(content).send().await.unwrap();
    assert_eq!(ended(&lab).await, [Value::Null], "the role has it not yet");
    let provision = lab.sso.provision_permission_set().instance_arn(simulator::INSTANCE_ARN);
    let provision = provision.permission_set_arn(&wanted.set).target_id(&wanted.account);
    provision.target_type(aws_sdk_ssoadmin::types::ProvisionTargetType::AwsAccount).send().await.unwrap();
    assert_eq!(ended(&lab).await, [json!("denied_by_role")]);
}
