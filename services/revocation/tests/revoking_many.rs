//! Ending several accesses at once, over HTTP.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails at once"
)]

use actix_web::web::Data;
use domain::GrantId;
use revocation::http::{State, routes};
use serde_json::{Value, json};
use store::decision::{self, Approved};
use store::requests;
use testkit::api::{api, settings};
use testkit::company::{self, actor, group, user};
use testkit::{Asked, Issuer, TestDb};

async fn access(db: &TestDb, who: &str, account: &str) -> GrantId {
    let pairs = vec![company::pair(account, "PowerUserAccess")];
    let (id, _) = db.asks(Asked { pairs, ..Asked::by(&user(who), &group("leads")) }).await;
    let mut tx = db.begin(actor("cora")).await.unwrap();
    let request = requests::lock(&mut tx, id).await.unwrap().unwrap();
    let Approved::Grants(grants) = decision::approve(&mut tx, &request, &[0], false).await.unwrap() else {
        panic!("it is no extension")
    };
    tx.commit().await.unwrap();
    db.gives_access().await;
    grants[0]
}

async fn revoke(db: &TestDb, who: &str, body: &Value) -> (u16, Value) {
    let issuer = Issuer::start().await;
    let settings = settings(&issuer, &[]);
    let state = Data::new(State::on(db.db.clone()));
    let api = api(&settings, db, routes, move |config| {
        config.app_data(state.clone());
    });
    let call = reqwest::Client::new().post(format!("{}/v1/grants/revoke", api.url)).bearer_auth(issuer.token(who));
    let answer = call.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

#[actix_web::test]
async fn an_admin_ends_each_of_many_and_hears_what_could_not_be() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let (one, two) = (access(&db, "ann", "payments-prod").await, access(&db, "ben", "payments-prod").await);
    let kept = access(&db, "ben", "payments-dev").await;
    let unknown = "01900000-0000-7000-8000-0000000000ff";
    let body = json!({ "grants": [one, two, one, unknown], "reason": "production is closed" });
    let (status, said) = revoke(&db, "root", &body).await;
    assert_eq!(status, 200, "{said}");
    let ended: Vec<&str> = said["ended"].as_array().unwrap().iter().map(|e| e["grant"].as_str().unwrap()).collect();
    assert_eq!(ended, [one.to_string(), two.to_string()], "{said}");
    assert_eq!(said["refused"], json!([{ "grant": unknown, "because": "there is no such grant" }]));
    let mut tx = db.begin(actor("root")).await.unwrap();
    let kept = store::grants::get(tx.connection(), kept).await.unwrap().unwrap();
    assert_eq!(kept.state.as_str(), "active");
}

#[actix_web::test]
async fn nobody_else_does_and_neither_too_few_nor_too_many() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let grant = access(&db, "ann", "payments-prod").await;
    for who in ["ann", "cora", "eve"] {
        assert_eq!(revoke(&db, who, &json!({ "grants": [grant] })).await.0, 403, "{who}");
    }
    let many: Vec<GrantId> = (0..501).map(|_| GrantId(store::new_id())).collect();
    for grants in [vec![], many] {
        let (status, said) = revoke(&db, "root", &json!({ "grants": grants })).await;
        assert_eq!((status, &said["path"]), (422, &json!("grants")));
    }
}
