//! The evidence of a request, from its submission to the receipt of its end.

use std::sync::Arc;

use domain::Actor;
use domain::assignment::Work;
use domain::drift::DriftKind;
use domain::fact::Evidence;
use domain::grant::EndReason;
use jiff::SignedDuration;
use receipts::{SigningKey, verify_all};
use serde_json::{Value, json};
use store::drift::{self, Found};
use store::grants::Grant;
use store::{Db, Ends, assignments, tuple};
use testkit::company::account;

use super::{App, an_hour, pair, with};

const LEASE: SignedDuration = SignedDuration::from_secs(30);

fn key() -> SigningKey {
    SigningKey::from_secret("c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBieXRlcyBtb3Jl").unwrap()
}

/// What the workers do, without AWS: what is approved is given.
async fn given(db: &Db) -> Grant {
    let mut tx = db.begin(Actor::service("grant")).await.unwrap();
    tuple::start_due(&mut tx, 10).await.unwrap();
    let claimed = assignments::claim(&mut tx, Work::Create, 10, LEASE).await.unwrap().remove(0);
    let (id, lease, send_by) = (claimed.id, claimed.lease.unwrap(), tx.now() + LEASE);
    tuple::begin_creation(&mut tx, id, lease, false, send_by, store::backstops::Gate::Off).await.unwrap();
    tuple::present(&mut tx, id, lease).await.unwrap();
    tx.commit().await.unwrap();
    store::grants::living(&mut db.read().await.unwrap(), id).await.unwrap().remove(0)
}

/// Given, ended and gone.
async fn given_and_gone(db: &Db) {
    let given = given(db).await;
    let id = given.assignment.unwrap();
    let mut tx = db.begin(Actor::service("revocation")).await.unwrap();
    let send_by = tx.now() + LEASE;
    tuple::end(&mut tx, &[given.id], EndReason::EndedByRequester, None).await.unwrap();
    let mut claimed = assignments::claim(&mut tx, Work::Delete, 10, LEASE).await.unwrap();
    let (lease, read_at) = (claimed[0].lease.unwrap(), tx.now());
    tuple::begin_deletions(&mut tx, claimed.iter_mut(), send_by).await.unwrap();
    let evidence = Evidence::DeletedAndReadBack { read_at };
    let seen = tuple::Gone { assignment: id, lease, evidence, groups: Some(vec![]), trace_parent: None };
    assert!(tuple::gone(&mut tx, &[seen]).await.unwrap().contains(&id));
    tx.commit().await.unwrap();
}

#[actix_web::test]
async fn the_evidence_holds_the_request_its_ends_and_receipts_that_verify() {
    let app = App::start().await;
    let signing = app.db.db.clone().with_ends(Ends { receipts: Some(Arc::new(key())), cutting: None });
    let now = signing.clock().now();
    store::receipts::keep_key(&mut signing.read().await.unwrap(), key().public(), now).await.unwrap();
    let body = with(&an_hour(), &json!({ "pairs": [pair("payments-dev", "ReadOnlyAccess")] }));
    let id = app.post("ann", "/v1/requests", &body).await.is(201)["id"].as_str().unwrap().to_owned();
    given_and_gone(&signing).await;

    let path = format!("/v1/requests/{id}/evidence");
    let bundle = app.get("ann", &path).await.is(200);
    assert_eq!(bundle["request"]["id"], id);
    let grant = &bundle["grants"][0];
    assert_eq!((&grant["state"], &grant["account"]), (&json!("ended"), &json!(account("payments-dev"))));
    assert_eq!(grant["evidence"]["kind"], "deleted_and_read_back");
    assert_eq!(grant["sessions"], json!({"state": "not_cut", "why": "not_configured"}));
    let actions: Vec<&str> =
        bundle["trail"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    for action in ["request.submitted.v1", "grant.activated.v1", "assignment.changed.v1", "receipt.made.v1"] {
        assert!(actions.contains(&action), "{action} is not among {actions:?}");
    }
    assert_eq!(bundle["keys"][0]["public_key"], key().public().public_key);
    let verdicts = verify_all(&bundle, &[key().public().clone()]);
    assert_eq!(verdicts.len(), 1);
    let receipt = verdicts[0].as_ref().unwrap();
    assert_eq!(json!(receipt.grant), grant["id"]);
    assert_eq!(bundle["receipts"][0]["receipt"], json!(receipt), "what is read is what was signed");
    assert_ne!(bundle["receipts"][0]["signature"], Value::Null);
    for who in ["eve", "root", "machine:requests:read"] {
        app.get(who, &path).await.is(200);
    }
    for who in ["ben", "zoe", "machine:other"] {
        app.get(who, &path).await.refused("not-found");
    }
}

#[actix_web::test]
async fn an_access_that_somebody_took_away_outside_is_not_claimed() {
    let app = App::start().await;
    let body = with(&an_hour(), &json!({ "pairs": [pair("payments-dev", "ReadOnlyAccess")] }));
    let id = app.post("ann", "/v1/requests", &body).await.is(201)["id"].as_str().unwrap().to_owned();
    let grant = given(&app.db.db).await;
    let path = format!("/v1/requests/{id}");
    assert_eq!(app.get("ann", &path).await.is(200)["grants"][0]["vanished_at"], Value::Null);
    let mut tx = app.db.begin(Actor::service("revocation")).await.unwrap();
    let (kind, tuple, assignment) = (DriftKind::Vanished, grant.tuple, grant.assignment);
    drift::found(&mut tx, 2, &Found { kind, tuple, assignment, done_by: None, done_at: None }).await.unwrap();
    let found_at = tx.now();
    tx.commit().await.unwrap();
    let told = &app.get("ann", &path).await.is(200)["grants"][0];
    assert_eq!((&told["state"], &told["vanished_at"]), (&json!("active"), &json!(found_at)));
}
