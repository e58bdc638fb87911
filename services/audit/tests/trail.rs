//! Reading the trail over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up shall fail")]

use serde_json::Value;
use testkit::{Api, Asked, Issuer, TestDb, database};

async fn world() -> (TestDb, Issuer, Api) {
    let (db, issuer) = (database().await, Issuer::start().await);
    let settings = testkit::api::settings(&issuer, &[]);
    let state = actix_web::web::Data::new(audit::http::State { db: db.db.clone() });
    let api = testkit::api::api(&settings, &db.db, audit::http::routes, move |config| {
        config.app_data(state.clone());
    });
    (db, issuer, api)
}

async fn get(api: &Api, token: &str, query: &str) -> (u16, Value) {
    let url = format!("{}/v1/trail{query}", api.url);
    let response = reqwest::Client::new().get(url).bearer_auth(token).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[actix_web::test]
async fn auditors_and_admins_read_everything_and_nobody_else_anything() {
    let (db, issuer, api) = world().await;
    let (ann, eve, ada) = (db.person("ann").await, db.person("eve").await, db.person("ada").await);
    db.group("auditors", &[&eve]).await;
    db.group("admins", &[&ada]).await;
    let group = db.group("approvers", &[]).await;
    db.asks(Asked::by(&ann, &group)).await;
    for reader in ["eve", "ada"] {
        let (status, page) = get(&api, &issuer.token(reader), "").await;
        assert_eq!((status, page["items"].as_array().unwrap().len()), (200, 1));
        assert_eq!(page["items"][0]["action"], "request.submitted.v1");
        assert_eq!(page["items"][0]["actor"]["id"], ann.as_str());
    }
    let (status, problem) = get(&api, &issuer.token("ann"), "").await;
    assert_eq!((status, &problem["type"]), (403, &Value::from("urn:curfew:problem:auditor-required")));
    let machine =
        issuer.sign(&serde_json::json!({ "aud": "curfew", "client_id": "ticketing", "scope": "requests:read" }));
    assert_eq!(get(&api, &machine, "").await.0, 403);
}

#[actix_web::test]
async fn the_trail_is_filtered_and_comes_in_pages_without_gaps() {
    let (db, issuer, api) = world().await;
    let (ann, eve) = (db.person("ann").await, db.person("eve").await);
    db.group("auditors", &[&eve]).await;
    let group = db.group("approvers", &[]).await;
    let mut requests = vec![];
    for _ in 0..5 {
        requests.push(db.asks(Asked::by(&ann, &group)).await.0);
    }
    let token = issuer.token("eve");
    let (mut seen, mut query) = (vec![], "?limit=2".to_owned());
    loop {
        let (_, page) = get(&api, &token, &query).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|e| e["request"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("?limit=2&cursor={next}");
    }
    let newest_first: Vec<String> = requests.iter().rev().map(ToString::to_string).collect();
    assert_eq!(seen, newest_first);
    let (_, one) = get(&api, &token, &format!("?request={}", requests[2])).await;
    assert_eq!(one["items"].as_array().unwrap().len(), 1);
    let (_, same) = get(&api, &token, &format!("?subject={}&action=request.submitted.v1", requests[2])).await;
    assert_eq!(same["items"], one["items"]);
    assert_eq!(get(&api, &token, "?action=request.approved.v1").await.1["items"].as_array().unwrap().len(), 0);
    assert_eq!(get(&api, &token, "?cursor=nonsense").await.0, 400);
    assert_eq!(get(&api, &token, "?who=ann").await.0, 400);
}
