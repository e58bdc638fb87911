use std::collections::BTreeMap;

use domain::Actor;
use judge::Books;
use request::usecase::documents::announce;
use serde_json::{Value, json};
use store::directory::{replace_permission_sets, replace_tags};
use testkit::company::{account, permission_set, permission_sets};

use super::{App, guardrail, rule, with};

async fn look(app: &App, books: &Books) -> Option<usize> {
    let mut tx = app.db.begin(Actor::service("request")).await.unwrap();
    let announced = announce(&mut tx, books).await.unwrap();
    tx.commit().await.unwrap();
    announced
}

async fn tag(app: &App, name: &str, team: &str) {
    let mut tx = app.db.begin(Actor::service("test")).await.unwrap();
    let tags = BTreeMap::from([("team".to_owned(), team.to_owned())]);
    replace_tags(&mut tx, &[(account(name), Some(tags))]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn told(app: &App) -> Vec<Value> {
    let filter = store::trail::Filter { limit: 50, action: Some("policy.matched.v1".to_owned()), ..Default::default() };
    store::trail::list(&app.db, &filter).await.unwrap().into_iter().map(|entry| entry.data).collect()
}

#[actix_web::test]
async fn an_account_that_a_tag_brings_to_a_rule_is_told_once() {
    let app = App::start().await;
    let books = Books::default();
    let tagged = json!({ "accounts": { "tags": [{ "key": "team", "values": ["payments"] }] } });
    let id = app.make("/v1/rules", &with(&rule("payments"), &tagged)).await;
    app.make("/v1/rules", &rule("by id")).await;
    assert_eq!(look(&app, &books).await, Some(0), "what a new document reaches is no news");
    assert_eq!(look(&app, &books).await, None, "nothing moved");
    tag(&app, "search-prod", "payments").await;
    assert_eq!(look(&app, &books).await, Some(1));
    assert_eq!(look(&app, &books).await, None);
    let told = told(&app).await;
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["id"], &told[0]["accounts"]), (&json!(id), &json!([account("search-prod")])));
    tag(&app, "search-prod", "search").await;
    assert_eq!(look(&app, &books).await, Some(0), "what goes away is no match");
    tag(&app, "search-prod", "payments").await;
    assert_eq!(look(&app, &books).await, Some(1), "what comes back is");
}

#[actix_web::test]
async fn a_permission_set_that_gets_a_matching_name_is_told_of_guardrails_too() {
    let app = App::start().await;
    let books = Books::default();
    let named = json!({ "permission_sets": { "names": ["Power*"] } });
    app.make("/v1/guardrails", &with(&guardrail("power"), &named)).await;
    look(&app, &books).await;
    let mut sets = permission_sets();
    sets[2].name = "PowerfulReading".to_owned();
    let mut tx = app.db.begin(Actor::service("test")).await.unwrap();
    replace_permission_sets(&mut tx, &sets).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(look(&app, &books).await, Some(1));
    let told = told(&app).await;
    assert_eq!(told[0]["kind"], "guardrail");
    assert_eq!(told[0]["permission_sets"], json!([permission_set("ReadOnlyAccess")]));
}

#[actix_web::test]
async fn what_a_changed_document_reaches_is_its_authors_doing_and_no_news() {
    let app = App::start().await;
    let books = Books::default();
    let in_unit = |unit: &str| json!({ "accounts": { "units": [{ "id": unit }] }, "version": 1 });
    let spec = with(&with(&rule("unit"), &in_unit("ou-dev")), &json!({ "version": null }));
    let id = app.make("/v1/rules", &spec).await;
    look(&app, &books).await;
    app.put("root", &format!("/v1/rules/{id}"), &with(&rule("unit"), &in_unit("ou-prod"))).await.is(200);
    assert_eq!(look(&app, &books).await, Some(0));
    app.delete("root", &format!("/v1/rules/{id}")).await.is(200);
    assert_eq!(look(&app, &books).await, Some(0));
    assert_eq!(told(&app).await, Vec::<Value>::new());
}
