use domain::approval::Decision;
use reqwest::Method;
use serde_json::{Value, json};
use store::approvals::ApprovalState;
use testkit::company::{self, actor};

use super::{App, an_hour, with};

/// What the approval service does with the last vote needed.
pub async fn decide(app: &App, id: &str, decision: Decision) {
    let mut tx = app.db.begin(actor("cora")).await.unwrap();
    let request = store::requests::lock(&mut tx, id.parse().unwrap()).await.unwrap().unwrap();
    let closed = if decision == Decision::Approve { ApprovalState::Approved } else { ApprovalState::Rejected };
    for approval in store::approvals::lock(&mut tx, request.id).await.unwrap() {
        store::approvals::close(&mut tx, approval.id, closed).await.unwrap();
        match decision {
            Decision::Approve => {
                drop(store::decision::approve(&mut tx, &request, &approval.ordinals, false).await.unwrap());
            }
            Decision::Reject => store::decision::reject(&mut tx, &request, &approval.ordinals).await.unwrap(),
        }
    }
    tx.commit().await.unwrap();
}

#[actix_web::test]
async fn a_request_is_made_found_where_it_says_and_taken_back() {
    let app = App::start().await;
    let made = app.post("ann", "/v1/requests", &an_hour()).await;
    let location = made.location.clone().unwrap();
    let body = made.is(201);
    assert_eq!(location, format!("/v1/requests/{}", body["id"].as_str().unwrap()));
    assert_eq!((&body["state"], &body["version"]), (&json!("pending"), &json!(1)));
    assert_eq!(body["requester"]["name"], "Ann Example");
    assert_eq!(body["items"][0]["account_name"], "payments-prod");
    let stale = app.post("ann", &format!("{location}/cancel"), &json!({ "version": 9 })).await;
    assert_eq!(stale.refused("stale-version")["version"], 1);
    let cancelled = app.post("ann", &format!("{location}/cancel"), &json!({ "version": 1 })).await.is(200);
    assert_eq!((&cancelled["state"], &cancelled["version"]), (&json!("cancelled"), &json!(2)));
    app.post("ann", &format!("{location}/cancel"), &json!({})).await.is(200);
    app.post("ben", &format!("{location}/cancel"), &json!({})).await.refused("not-found");
}

#[actix_web::test]
async fn whoever_cancels_too_late_hears_both_states() {
    let app = App::start().await;
    let id = app.post("ann", "/v1/requests", &an_hour()).await.is(201)["id"].as_str().unwrap().to_owned();
    decide(&app, &id, Decision::Reject).await;
    let refused = app.post("ann", &format!("/v1/requests/{id}/cancel"), &json!({})).await.refused("state-conflict");
    assert_eq!((&refused["state"], &refused["tried_state"]), (&json!("rejected"), &json!("cancelled")));
}

#[actix_web::test]
async fn a_repeated_key_hears_the_first_answer_and_another_body_is_refused() {
    let app = App::start().await;
    let first = app.post_with_key("ann", "/v1/requests", "k1", &an_hour()).await;
    let again = app.post_with_key("ann", "/v1/requests", "k1", &an_hour()).await;
    assert_eq!((first.location.clone(), first.status), (again.location.clone(), again.status));
    let id = first.is(201)["id"].clone();
    assert_eq!(again.is(201)["id"], id);
    let other = with(&an_hour(), &json!({ "minutes": 61 }));
    app.post_with_key("ann", "/v1/requests", "k1", &other).await.refused("idempotency-key-reused");
    let path = format!("/v1/requests/{}/cancel", id.as_str().unwrap());
    app.post_with_key("ann", &path, "k1", &json!({})).await.refused("idempotency-key-reused");
    let bens = app.post_with_key("ben", "/v1/requests", "k1", &an_hour()).await.is(201)["id"].clone();
    assert_ne!(bens, id, "a key is its caller's");
    let bad = with(&an_hour(), &json!({ "minutes": 0 }));
    app.post_with_key("ann", "/v1/requests", "k2", &bad).await.refused("duration-zero");
    app.post_with_key("ann", "/v1/requests", "k2", &an_hour()).await.is(201);
    let requests: i64 = sqlx::query_scalar("SELECT count(*) FROM requests").fetch_one(app.db.pool()).await.unwrap();
    assert_eq!(requests, 3);
}

#[actix_web::test]
async fn ten_at_once_with_one_key_make_one_request() {
    let app = App::start().await;
    let body = an_hour();
    let all = (0..10).map(|_| app.post_with_key("ann", "/v1/requests", "same", &body));
    let mut ids: Vec<Value> = Vec::new();
    for answer in futures_util::future::join_all(all).await {
        ids.push(answer.is(201)["id"].clone());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(app.doings().await, ["request.submitted.v1"]);
}

#[actix_web::test]
async fn access_is_extended_by_a_request_of_its_own() {
    let app = App::start().await;
    let id = app.post("ann", "/v1/requests", &an_hour()).await.is(201)["id"].as_str().unwrap().to_owned();
    decide(&app, &id, Decision::Approve).await;
    let more = json!({ "minutes": 10, "reason": "it takes a little longer" });
    let shown = app.get("ann", &format!("/v1/requests/{id}")).await.is(200);
    let path = format!("/v1/grants/{}/extensions", shown["grants"][0]["id"].as_str().unwrap());
    let early = app.post("ann", &path, &more).await.refused("state-conflict");
    assert_eq!((&early["expected_state"], &early["state"]), (&json!("active"), &json!("scheduled")));
    app.db.gives_access().await;
    app.post("ben", &path, &more).await.refused("not-found");
    let extension = app.post("ann", &path, &more).await.is(201);
    assert_eq!(extension["extends"], shown["grants"][0]["id"]);
    app.post("ann", &path, &more).await.refused("extension-pending");
    app.db.advance_minutes(61);
    app.post("ann", &path, &more).await.refused("state-conflict");
}

#[actix_web::test]
async fn an_admin_accepts_a_loss_and_the_trail_says_so() {
    let app = App::start().await;
    let body = json!({"part": "groups"});
    app.post("ann", "/v1/directory/accept", &body).await.refused("admin-required");
    app.post("eve", "/v1/directory/accept", &body).await.refused("admin-required");
    app.post("root", "/v1/directory/accept", &json!({"part": "everything"})).await.refused("invalid-value");
    app.post("root", "/v1/directory/accept", &body).await.is(204);
    let seen = app.get("ann", "/v1/directory").await.is(200);
    let groups = seen["parts"].as_array().unwrap().iter().find(|part| part["part"] == "groups").unwrap().clone();
    assert_eq!(groups["accepted_until"], "2026-03-02T10:00:00Z");
    let filter = store::trail::Filter {
        action: Some("directory.accepted.v1".to_owned()),
        limit: 10,
        ..store::trail::Filter::default()
    };
    let trail = store::trail::list(&app.db, &filter).await.unwrap();
    assert_eq!((trail.len(), &trail[0].data), (1, &json!({"part": "groups"})));
}

#[actix_web::test]
async fn an_admin_has_the_directory_read_anew_and_everybody_sees_how_far_that_is() {
    let app = App::start().await;
    let path = "/v1/directory/read";
    app.post("ann", path, &json!({})).await.refused("admin-required");
    app.post("eve", path, &json!({})).await.refused("admin-required");
    app.post("root", path, &json!({"parts": ["everything"]})).await.refused("invalid-value");
    let told = async || {
        let seen = app.get("ann", "/v1/directory").await.is(200);
        let parts = seen["parts"].as_array().unwrap().clone();
        let told = parts.into_iter().filter(|part| part["progress"]["wanted_at"].is_string());
        told.map(|part| (part["part"].as_str().unwrap().to_owned(), part["progress"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(told().await, [], "nobody wants anything");
    app.db.advance_minutes(1);
    app.post("root", path, &json!({"parts": ["users"]})).await.is(202);
    let wanted = json!({"begun": false, "wanted_at": "2026-03-02T09:01:00Z", "done": 0, "of": 8});
    assert_eq!(told().await, [("users".to_owned(), wanted)]);
    app.post("root", path, &json!({})).await.is(202);
    assert_eq!(told().await.len(), 7);
    let filter = store::trail::Filter {
        action: Some("directory.wanted.v1".to_owned()),
        limit: 10,
        ..store::trail::Filter::default()
    };
    let trail = store::trail::list(&app.db, &filter).await.unwrap();
    assert!(trail.iter().any(|entry| entry.data == json!({"parts": ["users"]})), "{trail:?}");
    assert_eq!(trail.len(), 2);
}

#[actix_web::test]
async fn what_an_admin_says_about_a_manager_goes_before_the_directory() {
    let app = App::start().await;
    let (ann, ben) = (company::user("ann"), company::user("ben"));
    let path = format!("/v1/users/{ann}/manager");
    let manager = async || app.get("eve", &path).await.is(200)["manager"].clone();
    assert_eq!(manager().await, json!(company::user("cora")), "the directory says so");
    let put = async |who: &str, path: &str, body: &Value| {
        app.send(who, Method::PUT, path, &[("content-type", "application/json")], Some(body.to_string())).await
    };
    let said = json!({ "manager": ben });
    put("root", &path, &said).await.is(204);
    assert_eq!(manager().await, json!(ben));
    for (who, body, problem) in [
        ("ann", &said, "admin-required"),
        ("eve", &said, "admin-required"),
        ("root", &json!({ "manager": ann }), "invalid-value"),
        ("root", &json!({ "manager": "00000000-0000-4000-8000-0000000000ff" }), "invalid-value"),
    ] {
        put(who, &path, body).await.refused(problem);
    }
    let nobody = "/v1/users/00000000-0000-4000-8000-0000000000ff/manager";
    put("root", nobody, &said).await.refused("not-found");
    app.send("root", Method::DELETE, &path, &[], None).await.is(204);
    assert_eq!(manager().await, json!(company::user("cora")));
    let said = app.doings().await.into_iter().filter(|doing| doing == "directory.manager.v1").count();
    assert_eq!(said, 2);
}
