//! CloudTrail's event history: who did it, late and out of order.

use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::config::retry::RetryConfig;
use aws_sdk_cloudtrail::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_cloudtrail::error::ProvideErrorMetadata as _;
use aws_sdk_cloudtrail::types::{Event, LookupAttribute, LookupAttributeKey};
use serde_json::{Value, json};
use simulator::{ACCESS_KEY_ID, Config, SECRET_ACCESS_KEY};

use crate::lab::Lab;

fn trail(lab: &Lab) -> Client {
    let config = aws_sdk_cloudtrail::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url(&lab.simulator.http)
        .credentials_provider(Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .build();
    Client::from_conf(config)
}

fn named(name: &str) -> LookupAttribute {
    let attribute = LookupAttribute::builder().attribute_key(LookupAttributeKey::EventName);
    attribute.attribute_value(name).build().unwrap()
}

async fn events(lab: &Lab, name: &str) -> Vec<Event> {
    let pages = trail(lab).lookup_events().lookup_attributes(named(name)).into_paginator().items().send();
    pages.collect::<Result<Vec<_>, _>>().await.unwrap()
}

fn record(event: &Event) -> Value {
    serde_json::from_str(event.cloud_trail_event().unwrap()).unwrap()
}

#[tokio::test]
async fn it_tells_who_created_and_who_deleted_an_assignment() {
    let lab = Lab::instant().await;
    let wanted = lab.any();
    lab.create(&wanted).await.unwrap();
    lab.reads(&wanted).await;
    let outside = json!({"user": "ann", "account": wanted.account, "permission_set": wanted.set});
    let removed = lab.http.delete(lab.url("/control/assignments")).json(&outside).send().await.unwrap();
    assert_eq!(removed.json::<Value>().await.unwrap()["changed"], true);

    let created = record(&events(&lab, "CreateAccountAssignment").await[0]);
    assert_eq!(created["userIdentity"]["userName"], "curfew-dev");
    assert_eq!(created["requestParameters"]["targetId"], wanted.account);
    assert_eq!(created["requestParameters"]["principalId"], wanted.user);
    let deleted = record(&events(&lab, "DeleteAccountAssignment").await[0]);
    assert_eq!(deleted["userIdentity"]["userName"], "console-admin");
}

#[tokio::test]
async fn a_refused_change_is_there_with_its_error() {
    let lab = Lab::instant().await;
    lab.delete(&lab.any()).await.unwrap_err();
    let refused = record(&events(&lab, "DeleteAccountAssignment").await[0]);
    assert_eq!(refused["errorCode"], "ResourceNotFound");
}

#[tokio::test]
async fn events_come_late_and_out_of_order_and_in_the_end_all_of_them() {
    let lab = Lab::instant().await;
    lab.set(json!({"trail_delay_seconds": 1.5})).await;
    let accounts: Vec<String> =
        lab.company["accounts"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap().to_owned()).collect();
    for account in accounts.iter().take(55) {
        lab.create(&lab.wanted("ben", account, "LogReader")).await.unwrap();
    }
    let mut seen: Vec<Vec<String>> = Vec::new();
    loop {
        let now: Vec<String> =
            events(&lab, "CreateAccountAssignment").await.iter().map(|e| e.event_id().unwrap().to_owned()).collect();
        let all = now.len() == 55;
        seen.push(now);
        if all {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let all = seen.last().unwrap();
    assert!(seen[0].len() < 55, "nothing came late");
    // Newest first: what is missing at first is not only the newest.
    let first_shown = all.iter().position(|id| seen[0].contains(id)).unwrap_or(0);
    let out_of_order = all[first_shown..].iter().any(|id| !seen[0].contains(id));
    assert!(out_of_order, "{} of 55 were shown at first", seen[0].len());
}

#[tokio::test]
async fn it_is_asked_by_one_attribute_fifty_at_once_and_twice_a_second() {
    let lab = Lab::start(Config::aws()).await;
    let client = trail(&lab);
    let two = client.lookup_events().lookup_attributes(named("a")).lookup_attributes(named("b"));
    assert_eq!(two.send().await.unwrap_err().code(), Some("InvalidLookupAttributesException"));
    let many = client.lookup_events().max_results(51);
    assert_eq!(many.send().await.unwrap_err().code(), Some("InvalidMaxResultsException"));
    let mut throttled = 0;
    for _ in 0..6 {
        if let Err(error) = client.lookup_events().send().await {
            assert_eq!(error.code(), Some("ThrottlingException"));
            throttled += 1;
        }
    }
    assert!(throttled >= 3, "{throttled} of 6 were throttled");
}
