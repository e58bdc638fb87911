use serde_json::{Value, json};
use store::changes::{self, ChangeState};
use testkit::company::user;

use super::{App, guardrail, rule, with};

async fn waiting(app: &App) -> String {
    app.post("root", "/v1/rules", &rule("reading")).await.is(202)["id"].as_str().unwrap().to_owned()
}

async fn decide(app: &App, who: &str, id: &str, verb: &str) -> super::Answer {
    app.post(who, &format!("/v1/changes/{id}/{verb}"), &json!({})).await
}

async fn state(app: &App, id: &str) -> Value {
    app.get("eve", &format!("/v1/changes/{id}")).await.is(200)["state"].clone()
}

#[actix_web::test]
async fn what_loosens_waits_for_another_admin_than_the_one_who_proposed_it() {
    let app = App::with_two_admins().await;
    let change = app.post("root", "/v1/rules", &rule("reading")).await.is(202);
    assert_eq!((&change["state"], &change["impact"]["loosens"]), (&json!("waiting"), &json!(true)), "{change}");
    assert_eq!(change["edits"][0]["document"]["spec"]["name"], "reading");
    assert_eq!(change["proposed_by"]["id"], json!(user("root")));
    let id = change["id"].as_str().unwrap();
    assert_eq!(app.names("/v1/rules").await, Vec::<String>::new(), "nothing is in force yet");
    decide(&app, "root", id, "apply").await.refused("own-change");
    decide(&app, "root", id, "refuse").await.refused("own-change");
    decide(&app, "zoe", id, "withdraw").await.refused("forbidden");
    decide(&app, "eve", id, "apply").await.refused("admin-required");
    decide(&app, "ann", id, "apply").await.refused("admin-required");
    let made = decide(&app, "zoe", id, "apply").await.is(200);
    assert_eq!(made["documents"][0]["spec"]["name"], "reading");
    assert_eq!(app.names("/v1/rules").await, ["reading"]);
    let shown = app.get("eve", &format!("/v1/changes/{id}")).await.is(200);
    assert_eq!((&shown["state"], &shown["decided_by"]["id"]), (&json!("applied"), &json!(user("zoe"))));
    let said = decide(&app, "zoe", id, "apply").await.refused("state-conflict");
    assert_eq!(said["state"], "applied");
    assert_eq!(app.db.facts().await, ["change.proposed.v1", "change.decided.v1", "policy.saved.v1"]);
}

#[actix_web::test]
async fn what_only_tightens_is_in_force_at_once() {
    let app = App::with_two_admins().await;
    let made = app.post("root", "/v1/guardrails", &guardrail("no production")).await.is(201);
    assert_eq!(made["impact"]["loosens"], false);
    let path = format!("/v1/guardrails/{}", made["id"].as_str().unwrap());
    app.delete("root", &path).await.is(202);
    let weaker = with(&guardrail("no production"), &json!({ "version": 1, "enabled": false }));
    app.put("root", &path, &weaker).await.is(202);
}

#[actix_web::test]
async fn it_is_refused_or_taken_back_once() {
    let app = App::with_two_admins().await;
    let refused = waiting(&app).await;
    let withdrawn = waiting(&app).await;
    decide(&app, "zoe", &refused, "refuse").await.is(200);
    decide(&app, "root", &withdrawn, "withdraw").await.is(200);
    assert_eq!(state(&app, &refused).await, "refused");
    assert_eq!(state(&app, &withdrawn).await, "withdrawn");
    decide(&app, "zoe", &refused, "apply").await.refused("state-conflict");
    decide(&app, "zoe", &withdrawn, "refuse").await.refused("state-conflict");
    decide(&app, "zoe", "01900000-0000-7000-8000-0000000000ff", "apply").await.refused("not-found");
    let listed = app.get("eve", "/v1/changes?state=refused").await.is(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let all = app.get("eve", "/v1/changes").await.is(200);
    assert_eq!(all["items"][0]["id"], withdrawn, "the newest first");
    assert_eq!(app.names("/v1/rules").await, Vec::<String>::new());
}

#[actix_web::test]
async fn it_is_stale_when_a_document_that_it_is_about_moves_on() {
    let app = App::with_two_admins().await;
    let id = waiting(&app).await;
    decide(&app, "zoe", &id, "apply").await.is(200);
    let rules = app.get("root", "/v1/rules").await.is(200);
    let path = format!("/v1/rules/{}", rules["items"][0]["id"].as_str().unwrap());
    let longer = with(&rule("reading"), &json!({ "version": 1, "max_minutes": 120 }));
    let change = app.put("root", &path, &longer).await.is(202)["id"].as_str().unwrap().to_owned();
    let other = waiting_for_another(&app).await;
    let shorter = with(&rule("reading"), &json!({ "version": 1, "max_minutes": 30 }));
    app.put("zoe", &path, &shorter).await.is(200);
    assert_eq!(state(&app, &change).await, "stale");
    let said = decide(&app, "zoe", &change, "apply").await;
    assert_eq!(said.status.as_u16(), 409);
    assert_eq!(said.refused("state-conflict")["state"], "stale");
    assert_eq!(app.get("root", &path).await.is(200)["max_minutes"], 30);
    assert_eq!(state(&app, &other).await, "waiting", "what is about other documents still waits");
}

async fn waiting_for_another(app: &App) -> String {
    app.post("root", "/v1/rules", &rule("writing")).await.is(202)["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn what_hinders_a_waiting_change_is_shown_and_a_yes_to_something_else_is_refused() {
    let app = App::with_two_admins().await;
    let first = waiting(&app).await;
    let second = waiting(&app).await;
    let seen = app.get("zoe", &format!("/v1/changes/{second}")).await.is(200)["revision"].as_i64().unwrap();
    decide(&app, "zoe", &first, "apply").await.is(200);
    let shown = app.get("zoe", &format!("/v1/changes/{second}")).await.is(200);
    assert!(shown["obstacle"].as_str().unwrap().contains("is called \"reading\" already"), "{shown}");
    let yes = json!({ "revision": seen });
    app.post("zoe", &format!("/v1/changes/{second}/apply"), &yes).await.refused("stale-version");
    decide(&app, "zoe", &second, "apply").await.refused("name-taken");
    assert_eq!(state(&app, &second).await, "waiting");
}

#[actix_web::test]
async fn two_who_agree_at_once_apply_it_once() {
    let app = App::start().await;
    app.admins(&["root", "zoe", "dave"]).await;
    let id = waiting(&app).await;
    let (a, b) = tokio::join!(decide(&app, "zoe", &id, "apply"), decide(&app, "dave", &id, "apply"));
    let (won, lost) = if a.status.is_success() { (a, b) } else { (b, a) };
    won.is(200);
    lost.refused("state-conflict");
    assert_eq!(app.names("/v1/rules").await, ["reading"]);
}

#[actix_web::test]
async fn the_database_refuses_a_proposer_who_agrees_whatever_the_code_says() {
    let app = App::with_two_admins().await;
    let id = waiting(&app).await.parse().unwrap();
    let mut tx = app.db.tx(&user("root")).await;
    let refused = changes::decide(&mut tx, id, ChangeState::Applied).await.unwrap_err();
    assert_eq!(refused.constraint(), Some("changes_second_person"));
}

#[actix_web::test]
async fn the_first_admin_begins_alone_which_is_noted() {
    let app = App::start().await;
    let made = app.post("root", "/v1/rules", &rule("reading")).await.is(201);
    let note = made["alone"].as_str().unwrap();
    let shown = app.get("eve", &format!("/v1/changes/{note}")).await.is(200);
    assert_eq!(shown["state"], "alone");
    assert_eq!(app.db.facts().await, ["change.decided.v1", "policy.saved.v1"]);
    let trail = store::trail::list(&app.db, &store::trail::Filter { limit: 10, ..Default::default() }).await.unwrap();
    assert!(trail.iter().any(|entry| entry.action == "change.decided.v1" && entry.data["alone"] == true));
    // As soon as there is another, they are asked.
    app.admins(&["root", "zoe"]).await;
    app.post("root", "/v1/rules", &rule("writing")).await.is(202);
    // Somebody who is disabled is nobody to ask.
    app.admins(&["root", "gus"]).await;
    app.post("root", "/v1/rules", &rule("administering")).await.is(201);
}

#[actix_web::test]
async fn the_setting_asks_for_two_always_or_never() {
    let always = App::with(&[("POLICY__SECOND_PERSON", "always")]).await;
    always.admins(&["root", "zoe"]).await;
    always.post("root", "/v1/guardrails", &guardrail("no production")).await.is(202);
    let never = App::with(&[("POLICY__SECOND_PERSON", "never")]).await;
    never.admins(&["root", "zoe"]).await;
    let made = never.post("root", "/v1/rules", &rule("reading")).await.is(201);
    assert_eq!(made.get("alone"), None);
    assert_eq!(never.db.facts().await, ["policy.saved.v1"]);
}
