use std::time::Instant;

use aws_sdk_ssoadmin::error::ProvideErrorMetadata as _;
use serde_json::json;
use simulator::{Config, INSTANCE_ARN};

use crate::lab::Lab;

#[tokio::test]
async fn twenty_calls_a_second_are_served_and_the_rest_is_throttled() {
    let lab = Lab::start(Config::aws()).await;
    let start = Instant::now();
    let mut codes = Vec::new();
    for _ in 0..60 {
        codes.push(lab.sso.list_instances().send().await.err().map(|error| error.code().unwrap_or("?").to_owned()));
    }
    let served = codes.iter().filter(|code| code.is_none()).count();
    let most = 20.0 + 20.0 * start.elapsed().as_secs_f64() + 1.0;
    assert!(served >= 20 && (served as f64) <= most, "{served} served, at most {most}");
    assert!(codes.iter().flatten().all(|code| code == "ThrottlingException"));
    lab.set(json!({"quotas": false})).await;
    for _ in 0..60 {
        lab.sso.list_instances().send().await.unwrap();
    }
}

#[tokio::test]
async fn ten_operations_may_be_outstanding_and_the_eleventh_gets_a_message_of_its_own() {
    for (deletions_counted, deletion) in [(true, Err("ThrottlingException".to_owned())), (false, Ok(()))] {
        let lab = Lab::slow(3600.0).await;
        lab.set(json!({"deletions_counted": deletions_counted})).await;
        let people = lab.company["users"].as_array().unwrap().clone();
        let mut wanted = lab.any();
        for person in people.iter().take(10) {
            wanted.user = person["id"].as_str().unwrap().to_owned();
            lab.create(&wanted).await.unwrap();
        }
        wanted.user = people[10]["id"].as_str().unwrap().to_owned();
        let call = lab.sso.create_account_assignment().instance_arn(INSTANCE_ARN).target_id(&wanted.account);
        let call = call.target_type(aws_sdk_ssoadmin::types::TargetType::AwsAccount).permission_set_arn(&wanted.set);
        let call = call.principal_type(aws_sdk_ssoadmin::types::PrincipalType::User).principal_id(&wanted.user);
        let error = call.send().await.unwrap_err();
        assert_eq!(error.code(), Some("ThrottlingException"));
        assert_eq!(error.message(), Some("There are too many requests processing. Please try again later."));
        let standing = lab.wanted("frank", "security-identity", "AdministratorAccess");
        assert_eq!(lab.delete(&standing).await.map(|_| ()), deletion, "deletions counted: {deletions_counted}");
    }
}

#[tokio::test]
async fn another_tenant_takes_its_share() {
    let lab = Lab::start(Config::aws()).await;
    lab.set(json!({"other_tenant_per_second": 19.0})).await;
    let mut served = 0;
    for _ in 0..10 {
        served += usize::from(lab.sso.list_instances().send().await.is_ok());
    }
    assert!(served <= 3, "{served}");
}
