use domain::Actor;
use domain::rules::{Body, Edit};
use request::usecase::documents::{Why, recover};
use serde_json::json;

use super::{App, guardrail};

#[actix_web::test]
async fn whoever_holds_the_database_gets_back_in_and_it_is_noted() {
    let app = App::with(&[("POLICY__SECOND_PERSON", "always")]).await;
    app.admins(&["root", "zoe"]).await;
    let everything = super::with(&guardrail("nothing at all"), &json!({ "accounts": { "all": true } }));
    let change = app.post("root", "/v1/guardrails", &everything).await.is(202)["id"].as_str().unwrap().to_owned();
    app.post("zoe", &format!("/v1/changes/{change}/apply"), &json!({})).await.is(200);
    app.admins(&[]).await;
    let id = app.get("eve", "/v1/guardrails").await.is(200)["items"][0]["id"].as_str().unwrap().parse().unwrap();
    let edits = [Edit::Delete { kind: domain::rules::Kind::Guardrail, id, version: None }];
    let mut tx = app.db.begin(Actor::service("recovery")).await.unwrap();
    let applied = recover(&mut tx, &app.desk(), &edits, "everybody was locked out").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.names("/v1/guardrails").await, Vec::<String>::new());
    let note = app.get("eve", &format!("/v1/changes/{}", applied.alone.unwrap())).await.is(200);
    assert_eq!((&note["state"], &note["proposed_by"]["name"]), (&json!("alone"), &json!("recovery")));
    assert_eq!(note["reason"], "everybody was locked out");
}

#[actix_web::test]
async fn recovery_checks_documents_like_everybody_else() {
    let app = App::start().await;
    let mut spec = guardrail("a guardrail");
    spec["accounts"] = json!({ "ids": ["999999999999"] });
    let document: Body = serde_json::from_value(json!({ "kind": "guardrail", "spec": spec })).unwrap();
    let mut tx = app.db.begin(Actor::service("recovery")).await.unwrap();
    let edits = [Edit::Make { id: None, document }];
    let refused = recover(&mut tx, &app.desk(), &edits, "locked out").await.unwrap_err();
    assert!(matches!(refused.why, Why::Unknown { .. }), "{refused}");
}
