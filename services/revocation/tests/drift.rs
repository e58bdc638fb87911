//! What differs between AWS and what is known, over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails at once")]

use actix_web::web::Data;
use domain::drift::DriftKind;
use domain::{Actor, Fact};
use revocation::http::{State, routes};
use serde_json::{Value, json};
use store::drift::{self, Found};
use testkit::api::{Api, api, settings};
use testkit::company;
use testkit::{Issuer, TestDb};

/// The service over HTTP, for as long as a test takes.
struct Served {
    api: Api,
    issuer: Issuer,
}

impl Served {
    async fn on(db: &TestDb) -> Self {
        let issuer = Issuer::start().await;
        let settings = settings(&issuer, &[]);
        let state = Data::new(State::on(db.db.clone()));
        let api = api(&settings, db, routes, move |config| {
            config.app_data(state.clone());
        });
        Self { api, issuer }
    }
}

async fn call(served: &Served, who: &str, method: reqwest::Method, path: &str) -> (u16, Value) {
    let Served { api, issuer } = served;
    let mut call =
        reqwest::Client::new().request(method.clone(), format!("{}{path}", api.url)).bearer_auth(issuer.token(who));
    if method == reqwest::Method::POST {
        call = call.header("content-type", "application/json").body(r#"{"comment": "as agreed"}"#);
    }
    let answer = call.send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

async fn differs(db: &TestDb, kind: DriftKind, account: &str) -> Vec<Fact> {
    let pair = company::pair(account, "PowerUserAccess");
    let tuple =
        domain::Tuple { principal: company::user("ann"), account: pair.account, permission_set: pair.permission_set };
    let mut tx = db.begin(Actor::service("test")).await.unwrap();
    let done_by = Some("arn:aws:iam::1:user/somebody".to_owned());
    let found = Found { kind, tuple, assignment: None, done_by, done_at: None };
    assert!(drift::found(&mut tx, 2, &found).await.unwrap());
    assert!(!drift::found(&mut tx, 3, &found).await.unwrap(), "it is told once");
    tx.commit().await.unwrap().into_iter().map(|occurred| occurred.fact).collect()
}

#[actix_web::test]
async fn what_differs_is_listed_and_an_admin_may_leave_it_as_it_is() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let served = Served::on(&db).await;
    let facts = differs(&db, DriftKind::Foreign, "payments-prod").await;
    assert!(matches!(facts.as_slice(), [Fact::DriftFound { kind: DriftKind::Foreign, .. }]), "{facts:?}");
    differs(&db, DriftKind::Vanished, "payments-dev").await;
    let get = reqwest::Method::GET;
    for who in ["ann", "cora"] {
        assert_eq!(call(&served, who, get.clone(), "/v1/drift").await.0, 403, "{who}");
    }
    let (status, listed) = call(&served, "root", get.clone(), "/v1/drift?open=true").await;
    assert_eq!((status, listed["items"].as_array().unwrap().len()), (200, 2), "{listed}");
    let foreign = call(&served, "root", get.clone(), "/v1/drift?kind=foreign").await.1["items"][0].clone();
    assert_eq!(foreign["done_by"], "arn:aws:iam::1:user/somebody");

    let path = format!("/v1/drift/{}/acknowledge", foreign["id"].as_str().unwrap());
    assert_eq!(call(&served, "eve", reqwest::Method::POST, &path).await.0, 403);
    let (status, left) = call(&served, "root", reqwest::Method::POST, &path).await;
    assert_eq!((status, &left["comment"]), (200, &json!("as agreed")), "{left}");
    let (_, listed) = call(&served, "root", get, "/v1/drift?open=true").await;
    assert_eq!(listed["items"][0]["kind"], "vanished");
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn the_brake_is_seen_and_an_admin_releases_it() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let served = Served::on(&db).await;
    differs(&db, DriftKind::Orphaned, "payments-prod").await;
    let mut tx = db.begin(Actor::service("test")).await.unwrap();
    drift::set_brake(&mut tx, true).await.unwrap();
    tx.commit().await.unwrap();
    let (status, brake) = call(&served, "eve", reqwest::Method::GET, "/v1/drift/brake").await;
    assert_eq!((status, &brake["on"], &brake["orphans"]), (200, &json!(true), &json!(1)), "{brake}");
    assert_eq!(call(&served, "eve", reqwest::Method::POST, "/v1/drift/brake/release").await.0, 403);
    let (status, brake) = call(&served, "root", reqwest::Method::POST, "/v1/drift/brake/release").await;
    assert_eq!((status, &brake["on"]), (200, &json!(false)), "{brake}");
    let (status, again) = call(&served, "root", reqwest::Method::POST, "/v1/drift/brake/release").await;
    assert_eq!((status, &again["on"]), (200, &json!(false)));
}
