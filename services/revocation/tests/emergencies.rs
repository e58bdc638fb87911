//! The emergency button over HTTP: who agrees to what, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails at once")]

use actix_web::web::Data;
use domain::emergency::Caution;
use revocation::http::{State, routes};
use revocation::usecase::emergency::Desk;
use serde_json::{Value, json};
use testkit::api::{Api, api, settings};
use testkit::company::{self, user};
use testkit::{Issuer, TestDb};

const WHY: &str = "somebody's keys were stolen";

struct Button {
    api: Api,
    issuer: Issuer,
    db: TestDb,
}

impl Button {
    /// Root administers; with two, so does zoe.
    async fn new(caution: Caution, admins: usize) -> Self {
        let db = testkit::database().await;
        company::move_in(&db).await;
        if admins == 2 {
            sqlx::query("INSERT INTO directory_members (group_id, user_id) SELECT group_id, $1 FROM directory_members WHERE user_id = $2")
                .bind(user("zoe").as_str())
                .bind(user("root").as_str())
                .execute(db.pool())
                .await
                .unwrap();
        }
        let issuer = Issuer::start().await;
        let settings = settings(&issuer, &[]);
        let desk = Desk { caution, admin_groups: settings.personas.admin_groups.clone() };
        let state = Data::new(State { desk, ..State::on(db.db.clone()) });
        let api = api(&settings, &db, routes, move |config| {
            config.app_data(state.clone());
        });
        Self { api, issuer, db }
    }

    async fn call(&self, who: &str, path: &str, body: &Value) -> (u16, Value) {
        let call = reqwest::Client::new().post(format!("{}{path}", self.api.url)).bearer_auth(self.issuer.token(who));
        let answer = call.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
        (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
    }

    async fn press(&self, who: &str, body: Value) -> (u16, Value) {
        self.call(who, "/v1/emergency", &body).await
    }

    async fn decide(&self, who: &str, pressed: &Value, verb: &str) -> (u16, Value) {
        let path = format!("/v1/emergency/{}/{verb}", pressed["id"].as_str().unwrap());
        self.call(who, &path, &json!({})).await
    }

    async fn paused(&self) -> bool {
        store::pauses::any(&mut self.db.read().await.unwrap()).await.unwrap()
    }
}

#[actix_web::test]
async fn stopping_is_one_admins_to_do_and_resuming_takes_a_second_one() {
    let button = Button::new(Caution::Resume, 2).await;
    let (status, said) = button.press("root", json!({"new_access": "pause", "reason": WHY})).await;
    assert_eq!((status, said["state"].as_str()), (201, Some("done")), "{said}");
    assert!(button.paused().await);
    let (status, waits) = button.press("root", json!({"new_access": "resume", "reason": WHY})).await;
    assert_eq!((status, waits["state"].as_str()), (202, Some("waiting")), "{waits}");
    let (status, said) = button.decide("root", &waits, "agree").await;
    assert_eq!(status, 403, "{said}");
    assert!(said["type"].as_str().unwrap().ends_with("own-change"), "{said}");
    assert!(button.paused().await);
    let (status, said) = button.decide("zoe", &waits, "agree").await;
    assert_eq!((status, said["state"].as_str(), said["alone"].as_bool()), (200, Some("done"), Some(false)), "{said}");
    assert!(!button.paused().await);
    assert_eq!(button.decide("zoe", &waits, "agree").await.0, 200, "agreeing twice is once");
    assert_eq!(button.decide("zoe", &waits, "refuse").await.0, 409);
}

#[actix_web::test]
async fn the_only_admin_does_it_alone_and_it_says_so() {
    let button = Button::new(Caution::Always, 1).await;
    let (status, said) = button.press("root", json!({"ends": {"kind": "everything"}, "reason": WHY})).await;
    assert_eq!((status, said["state"].as_str(), said["alone"].as_bool()), (201, Some("running"), Some(true)), "{said}");
}

#[actix_web::test]
async fn who_asks_takes_it_back_and_a_second_one_refuses() {
    let button = Button::new(Caution::Always, 2).await;
    let ends = json!({"ends": {"kind": "user", "user": user("ann")}, "reason": WHY});
    let (_, waits) = button.press("root", ends.clone()).await;
    assert_eq!(button.decide("zoe", &waits, "withdraw").await.0, 403);
    assert_eq!(button.decide("root", &waits, "withdraw").await.1["state"], "withdrawn");
    assert_eq!(button.decide("zoe", &waits, "agree").await.0, 409);
    let (_, waits) = button.press("root", ends).await;
    assert_eq!(button.decide("root", &waits, "refuse").await.0, 403);
    assert_eq!(button.decide("zoe", &waits, "refuse").await.1["state"], "refused");
}

#[actix_web::test]
async fn a_dry_run_says_what_would_end_and_who_would_be_asked_and_presses_nothing() {
    let button = Button::new(Caution::Always, 2).await;
    let dry = async |body: Value| button.call("root", "/v1/emergency?dry_run=true", &body).await;
    let (status, said) = dry(json!({"ends": {"kind": "user", "user": user("ann")}, "reason": WHY})).await;
    let nothing = json!({"grants": 0, "people": 0, "accounts": 0, "requests": 0, "second_person": true});
    assert_eq!((status, said), (200, nothing));
    let nobody = json!({"kind": "user", "user": "00000000-0000-4000-8000-00000000dead"});
    assert_eq!(dry(json!({"ends": nobody, "reason": WHY})).await.0, 422, "as pressing it would say");
    assert_eq!(dry(json!({"new_access": "pause", "reason": WHY})).await.0, 200);
    assert!(!button.paused().await);
    let none: i64 = sqlx::query_scalar("SELECT count(*) FROM emergencies").fetch_one(button.db.pool()).await.unwrap();
    assert_eq!(none, 0);
}

#[actix_web::test]
async fn what_says_nothing_or_too_much_is_refused() {
    let button = Button::new(Caution::Never, 1).await;
    let table = [
        (json!({"reason": WHY}), 400, "missing-field"),
        (json!({"new_access": "pause", "reason": "short"}), 422, "justification-too-short"),
        (json!({"new_access": "pause", "reason": "x".repeat(1001)}), 422, "justification-too-long"),
        (json!({"ends": {"kind": "everything"}, "new_access": "resume", "reason": WHY}), 422, "invalid-value"),
        (json!({"ends": {"kind": "account", "account": "999999999999"}, "reason": WHY}), 422, "unknown-account"),
        (
            json!({"ends": {"kind": "user", "user": "906768ae6b-0f1c2d3e-4b5a-4968-8776-000000000000"}, "reason": WHY}),
            422,
            "unknown-person",
        ),
    ];
    for (body, status, kind) in table {
        let (found, said) = button.press("root", body.clone()).await;
        assert!(said["type"].as_str().unwrap().ends_with(kind), "{body}: {said}");
        assert_eq!(found, status, "{body}: {said}");
    }
    let (status, _) = button.press("ann", json!({"new_access": "pause", "reason": WHY})).await;
    assert_eq!(status, 403);
    assert!(!button.paused().await);
}
