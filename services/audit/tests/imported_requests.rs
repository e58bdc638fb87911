//! Reading another system's past over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up shall fail")]

use domain::{Actor, RequestId};
use serde_json::{Value, json};
use store::imports::{self, Record};
use testkit::{Api, Issuer, TestDb, database};

async fn world() -> (TestDb, Issuer, Api) {
    let (db, issuer) = (database().await, Issuer::start().await);
    let settings = testkit::api::settings(&issuer, &[]);
    let state = actix_web::web::Data::new(audit::http::State { db: db.db.clone() });
    let api = testkit::api::api(&settings, &db.db, audit::http::routes, move |config| {
        config.app_data(state.clone());
    });
    let records: Vec<Record> = (1..=5).map(past).collect();
    let mut tx = db.begin(Actor::service("import")).await.unwrap();
    imports::record(&mut tx, &records).await.unwrap();
    tx.commit().await.unwrap();
    (db, issuer, api)
}

fn past(n: u128) -> Record {
    Record {
        id: RequestId(uuid::Uuid::from_u128(n)),
        external_id: format!("old-{n}"),
        status: "ended".to_owned(),
        requester: None,
        requester_name: "somebody who left".to_owned(),
        requester_email: Some("left@example.com".to_owned()),
        account: domain::AccountId::parse(format!("11112222333{}", n % 2)).ok(),
        account_name: "prod".to_owned(),
        permission_set: None,
        permission_set_name: "Admin".to_owned(),
        start_at: "2025-01-01T00:00:00Z".parse().ok(),
        minutes: Some(60),
        ended_at: "2025-01-01T01:00:00Z".parse().ok(),
        reason: "the import fails".to_owned(),
        ticket: None,
        decided_by: Some("carla@example.com".to_owned()),
        decision_comment: None,
        revoked_by: None,
        revoke_comment: None,
        submitted_at: None,
        original: json!({ "session_duration": "PT1H" }),
    }
}

async fn get(api: &Api, token: &str, query: &str) -> (u16, Value) {
    let url = format!("{}/v1/imported-requests{query}", api.url);
    let response = reqwest::Client::new().get(url).bearer_auth(token).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[actix_web::test]
async fn auditors_read_who_did_what_and_nobody_else_anything() {
    let (db, issuer, api) = world().await;
    let eve = db.person("eve").await;
    db.person("ann").await;
    db.group("auditors", &[&eve]).await;
    let (status, page) = get(&api, &issuer.token("eve"), "?external_id=old-3").await;
    assert_eq!(status, 200);
    let one = &page["items"][0];
    assert_eq!((&one["decided_by"], &one["reason"]), (&json!("carla@example.com"), &json!("the import fails")));
    assert_eq!(one["original"]["session_duration"], "PT1H");
    let (status, problem) = get(&api, &issuer.token("ann"), "").await;
    assert_eq!((status, &problem["type"]), (403, &Value::from("urn:curfew:problem:auditor-required")));
}

#[actix_web::test]
async fn they_come_in_pages_and_by_account() {
    let (db, issuer, api) = world().await;
    let eve = db.person("eve").await;
    db.group("auditors", &[&eve]).await;
    let token = issuer.token("eve");
    let (_, first) = get(&api, &token, "?limit=2").await;
    let (_, second) = get(&api, &token, &format!("?limit=3&cursor={}", first["next"].as_str().unwrap())).await;
    let ids = |page: &Value| {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|item| item["external_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!([ids(&first), ids(&second)].concat(), ["old-5", "old-4", "old-3", "old-2", "old-1"]);
    assert_eq!(ids(&get(&api, &token, "?account=111122223330").await.1), ["old-4", "old-2"]);
    assert_eq!(get(&api, &token, "?account=prod").await.0, 400);
}
