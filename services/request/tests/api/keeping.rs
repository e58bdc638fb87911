//! Templates, incidents and reviews over HTTP.

use domain::rules::{Approval, Automatic, BreakGlass};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::company::{self, account, rule_for};

use super::{App, an_hour, pair, with};

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

#[actix_web::test]
async fn a_template_is_made_changed_used_and_forgotten_by_its_owner() {
    let app = App::start().await;
    let wanted = json!({ "pairs": [pair("payments-prod", "PowerUserAccess")], "minutes": 30 });
    let made = app.post("ann", "/v1/templates", &json!({ "name": "deploy", "wanted": wanted })).await;
    let location = made.location.clone().unwrap();
    let id = made.is(201)["id"].clone();
    assert_eq!(app.get("ann", &location).await.is(200)["wanted"]["severity"], "normal");
    app.get("ben", &location).await.refused("not-found");
    let changed = json!({ "name": "deploy payments", "wanted": with(&wanted, &json!({ "severity": "high" })) });
    let put = |who: &'static str| app.send(who, Method::PUT, &location, &JSON, Some(changed.to_string()));
    put("ben").await.refused("not-found");
    assert_eq!(put("ann").await.is(200)["name"], "deploy payments");
    app.post("ann", "/v1/requests", &with(&an_hour(), &json!({ "template": id }))).await.is(201);
    let request = app.post("ann", "/v1/requests", &an_hour()).await.is(201)["id"].clone();
    let again = app.post("ann", "/v1/templates", &json!({ "name": "again", "from_request": request })).await.is(201);
    assert_eq!(again["wanted"]["minutes"], 60);
    let mine = app.get("ann", "/v1/templates").await.is(200);
    let names: Vec<&Value> = mine["items"].as_array().unwrap().iter().map(|t| &t["name"]).collect();
    assert_eq!(names, ["deploy payments", "again"]);
    app.send("ben", Method::DELETE, &location, &[], None).await.refused("not-found");
    app.send("ann", Method::DELETE, &location, &[], None).await.is(204);
    app.get("ann", &location).await.refused("not-found");
}

#[actix_web::test]
async fn machines_open_and_close_incidents_and_a_reference_is_open_once() {
    let app = App::start().await;
    let fire = json!({ "title": "payments fail", "severity": "critical", "accounts": [account("payments-prod")], "reference": "PD-1" });
    let opened = app.post("machine:incidents:write", "/v1/incidents", &fire).await;
    let location = opened.location.clone().unwrap();
    let id = opened.is(201)["id"].clone();
    assert_eq!(app.post("root", "/v1/incidents", &fire).await.is(201)["id"], id, "it is the same");
    let seen = app.get("zoe", "/v1/incidents?open=true").await.is(200);
    assert_eq!(seen["items"][0]["opened_by"], json!({ "kind": "machine", "client": "ticketing" }));
    app.get("machine:incidents:read", &location).await.is(200);
    let path = format!("{location}/close");
    app.send("ann", Method::POST, &path, &[], None).await.refused("admin-required");
    for _ in 0..2 {
        let closed = app.send("machine:incidents:write", Method::POST, &path, &[], None).await.is(200);
        assert_eq!(closed["closed_by"]["client"], "ticketing");
    }
    assert_eq!(app.get("zoe", "/v1/incidents?open=true").await.is(200)["items"], json!([]));
    assert_ne!(app.post("root", "/v1/incidents", &fire).await.is(201)["id"], id, "a new one");
    assert_eq!(app.doings().await, ["incident.opened.v1", "incident.closed.v1", "incident.opened.v1"]);
}

#[actix_web::test]
async fn reviews_are_listed_for_whoever_may_take_them_and_taken_once() {
    let app = App::start().await;
    let fire = Approval::BreakGlass(BreakGlass::default());
    let fire = company::enforce(&app.db, rule_for("fire", &["payments-prod"], "AdministratorAccess", fire)).await;
    let asked = json!({ "pairs": [pair("payments-prod", "AdministratorAccess")], "break_glass": fire.id });
    let made = app.post("ann", "/v1/requests", &with(&an_hour(), &asked)).await.is(201);
    assert_eq!((&made["state"], &made["break_glass"]), (&json!("approved"), &json!(fire.id)));
    for (who, count) in [("ann", 0), ("cora", 0), ("eve", 1), ("root", 1)] {
        let found = app.get(who, "/v1/reviews?open=true").await.is(200);
        assert_eq!(found["items"].as_array().unwrap().len(), count, "{who}");
    }
    let found = app.get("eve", "/v1/reviews?role=all").await.is(200)["items"][0].clone();
    assert_eq!((&found["request"], &found["overdue"]), (&made["id"], &json!(false)));
    let path = format!("/v1/reviews/{}", found["id"].as_str().unwrap());
    app.post("ann", &path, &json!({ "concern": false })).await.refused("own-review");
    app.post("cora", &path, &json!({ "concern": false })).await.refused("not-a-reviewer");
    app.post("eve", &path, &json!({ "concern": true })).await.refused("missing-field");
    app.db.advance_minutes(73 * 60);
    let asked = with(&an_hour(), &asked);
    let refused = app.post("ann", "/v1/requests", &asked).await.refused("review-overdue");
    assert_eq!(refused["request"], made["id"]);
    let done = app.post("eve", &path, &json!({ "concern": false, "comment": "as it should be" })).await.is(200);
    assert_eq!(done["done"]["reviewer"]["name"], "Eve Example");
    app.post("root", &path, &json!({ "concern": false })).await.refused("state-conflict");
    app.post("ann", "/v1/requests", &asked).await.is(201);
    let shown = app.get("ann", &format!("/v1/requests/{}", made["id"].as_str().unwrap())).await.is(200);
    assert_eq!(shown["reviews"][0]["done"]["comment"], "as it should be");
}

#[actix_web::test]
async fn each_pair_tells_how_it_stands() {
    let app = App::start().await;
    let waiver = Some("it is only a test".to_owned());
    let free = Approval::Automatic(Automatic { waiver, ..Automatic::default() });
    company::enforce(&app.db, rule_for("free", &["payments-prod"], "ReadOnlyAccess", free)).await;
    let pairs = json!([pair("payments-prod", "ReadOnlyAccess"), pair("payments-prod", "PowerUserAccess")]);
    let asked = with(&an_hour(), &json!({ "pairs": pairs, "severity": "high" }));
    let made = app.post("ann", "/v1/requests", &asked).await.is(201);
    assert_eq!((&made["state"], &made["severity"]), (&json!("pending"), &json!("high")));
    let states: Vec<&Value> = made["items"].as_array().unwrap().iter().map(|item| &item["state"]).collect();
    assert_eq!(states, ["approved", "pending"]);
    assert_eq!(made["items"][0]["grant"], made["grants"][0]["id"]);
    assert_eq!((&made["items"][0]["approval"], &made["items"][1]["grant"]), (&Value::Null, &Value::Null));
}
