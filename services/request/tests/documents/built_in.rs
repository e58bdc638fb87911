use domain::Actor;
use request::usecase::documents::{BUILT_IN, build_in};
use serde_json::json;

use super::{App, guardrail, with};

async fn build(app: &App) -> bool {
    let mut tx = app.db.begin(Actor::service("request")).await.unwrap();
    let built = build_in(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    built
}

#[actix_web::test]
async fn a_guardrail_over_our_own_accounts_is_there_from_the_beginning_and_made_once() {
    let app = App::start().await;
    assert!(build(&app).await);
    assert!(!build(&app).await);
    let shown = app.get("eve", &format!("/v1/guardrails/{BUILT_IN}")).await.is(200);
    assert_eq!(shown["name"], "Curfew's and Identity Center's own accounts");
    assert_eq!(shown["accounts"], json!({ "administration": true }));
    assert_eq!(shown["effect"], json!({ "kind": "deny" }));
    assert_eq!((&shown["subjects"]["everyone"], &shown["permission_sets"]["all"]), (&json!(true), &json!(true)));
}

#[actix_web::test]
async fn two_processes_that_start_at_once_make_it_once() {
    let app = App::start().await;
    let (a, b) = tokio::join!(build(&app), build(&app));
    assert!(a != b);
}

#[actix_web::test]
async fn switching_it_off_or_deleting_it_needs_two_and_what_is_deleted_stays_so() {
    let app = App::with_two_admins().await;
    build(&app).await;
    let path = format!("/v1/guardrails/{BUILT_IN}");
    let off =
        with(&guardrail("ours"), &json!({ "version": 1, "enabled": false, "accounts": { "administration": true } }));
    app.put("root", &path, &off).await.is(202);
    let change = app.delete("root", &path).await.is(202)["id"].as_str().unwrap().to_owned();
    app.post("zoe", &format!("/v1/changes/{change}/apply"), &json!({})).await.is(200);
    assert!(!build(&app).await);
    app.get("root", &path).await.refused("not-found");
}
