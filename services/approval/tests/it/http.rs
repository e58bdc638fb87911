//! The endpoints over HTTP: decisions, waiting approvals, and links in mails.

use std::sync::Arc;

use domain::approval::{Decision, MailDecision};
use domain::{ApprovalId, RequestId, UserId};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::requests::one_of;
use testkit::{Api, Asked, Issuer};
use web::link::{Link, LinkKey, mint};

use crate::lab::{Lab, lab};

struct World {
    db: Lab,
    issuer: Issuer,
    key: LinkKey,
    api: Api,
    http: reqwest::Client,
    ann: UserId,
    bob: UserId,
    approvers: domain::GroupId,
}

impl World {
    async fn new() -> Self {
        let (db, issuer) = (lab().await, Issuer::start().await);
        let settings = testkit::api::settings(&issuer, &[]);
        let key = LinkKey::new(&settings.links.key).unwrap();
        let state = approval::http::State { desk: db.desk.clone(), links: Arc::new(key.clone()) };
        let state = actix_web::web::Data::new(state);
        let api = testkit::api::api(&settings, &db.desk.db, approval::http::routes, move |config| {
            config.app_data(state.clone());
        });
        let (ann, bob) = (db.person("ann").await, db.person("bob").await);
        db.person("cleo").await;
        let approvers = db.group("approvers", &[&bob]).await;
        Self { db, issuer, key, api, http: reqwest::Client::new(), ann, bob, approvers }
    }

    async fn asked(&self, mail_decision: MailDecision) -> (RequestId, ApprovalId) {
        let mut policy = one_of(&self.approvers);
        policy.policy.mail_decision = mail_decision;
        self.db.asks(Asked { needs: vec![policy], ..Asked::by(&self.ann, &self.approvers) }).await
    }

    fn link(&self, approval: ApprovalId, approver: &UserId, decision: Decision) -> String {
        let expires_at = self.db.desk.db.clock().now() + SignedDuration::from_hours(3);
        mint(&self.key, &Link { approval, approver: approver.clone(), decision, expires_at })
    }

    async fn get(&self, path: &str, who: Option<&str>) -> (u16, Value) {
        answer(self.http.get(format!("{}{path}", self.api.url)), who.map(|w| self.issuer.token(w))).await
    }

    async fn post(&self, path: &str, who: Option<&str>, body: Value) -> (u16, Value) {
        answer(self.http.post(format!("{}{path}", self.api.url)).json(&body), who.map(|w| self.issuer.token(w))).await
    }
}

async fn answer(request: reqwest::RequestBuilder, token: Option<String>) -> (u16, Value) {
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn slug(body: &Value) -> &str {
    body["type"].as_str().unwrap_or("no problem").rsplit(':').next().unwrap_or_default()
}

#[actix_web::test]
async fn an_approver_finds_what_waits_and_decides_it() {
    let world = World::new().await;
    let (request, _) = world.asked(MailDecision::SignIn).await;

    let (status, page) = world.get("/v1/approvals", Some("bob")).await;
    assert_eq!((status, page["items"].as_array().unwrap().len()), (200, 1));
    let waiting = &page["items"][0];
    assert_eq!(waiting["requester"]["name"], "ann of the tests", "names are resolved on the server");
    assert_eq!(waiting["items"][0]["account_name"], "account 000000000001");
    for nobody in ["ann", "cleo"] {
        assert_eq!(world.get("/v1/approvals", Some(nobody)).await.1["items"], json!([]), "{nobody}");
    }

    let path = format!("/v1/requests/{request}/decisions");
    let vote = json!({ "decision": "approve", "version": waiting["version"], "comment": "go ahead" });
    let (status, outcome) = world.post(&path, Some("bob"), vote).await;
    assert_eq!((status, &outcome["state"]), (200, &json!("approved")));
    assert_eq!(outcome["grants"].as_array().unwrap().len(), 1);
    assert_eq!(world.get("/v1/approvals", Some("bob")).await.1["items"], json!([]));
}

#[actix_web::test]
async fn each_refusal_has_its_own_type_and_status() {
    let world = World::new().await;
    let (request, _) = world.asked(MailDecision::SignIn).await;
    let path = format!("/v1/requests/{request}/decisions");
    let unknown = format!("/v1/requests/{}/decisions", store::new_id());
    let long = "x".repeat(4_001);
    let yes = || json!({ "decision": "approve" });
    let table = [
        (path.as_str(), None, yes(), 401, "missing-token"),
        (&path, Some("nobody"), yes(), 403, "unknown-user"),
        (&path, Some("ann"), yes(), 403, "own-request"),
        (&path, Some("cleo"), yes(), 403, "not-an-approver"),
        (&unknown, Some("bob"), yes(), 404, "not-found"),
        ("/v1/requests/seven/decisions", Some("bob"), yes(), 400, "invalid-path"),
        (&path, Some("bob"), json!({ "decision": "maybe" }), 422, "invalid-value"),
        (&path, Some("bob"), json!({}), 400, "missing-field"),
        (&path, Some("bob"), json!({ "decision": "approve", "as": "admin" }), 400, "unknown-field"),
        (&path, Some("bob"), json!({ "decision": "approve", "version": 9 }), 409, "stale-version"),
        (&path, Some("bob"), json!({ "decision": "approve", "comment": long }), 422, "comment-too-long"),
        (&path, Some("bob"), json!({ "decision": "approve", "comment": "\u{1b}[31m" }), 422, "control-characters"),
    ];
    for (path, who, body, status, kind) in table {
        let (found, problem) = world.post(path, who, body.clone()).await;
        assert_eq!((found, slug(&problem)), (status, kind), "{who:?} {body} {problem}");
    }
    assert_eq!(world.db.request_state(request).await, "pending");
    assert_eq!(world.post(&path, Some("bob"), yes()).await.0, 200);
    assert_eq!(slug(&world.post(&path, Some("bob"), yes()).await.1), "already-voted");
}

#[actix_web::test]
async fn the_loser_of_a_race_hears_both_states() {
    let world = World::new().await;
    let dan = world.db.person("dan").await;
    let both = world.db.group("both", &[&world.bob, &dan]).await;
    let (request, _) = world.db.asks(Asked::by(&world.ann, &both)).await;
    let path = format!("/v1/requests/{request}/decisions");
    assert_eq!(world.post(&path, Some("bob"), json!({ "decision": "reject" })).await.0, 200);
    let (status, problem) = world.post(&path, Some("dan"), json!({ "decision": "approve" })).await;
    assert_eq!((status, slug(&problem)), (409, "state-conflict"));
    assert_eq!((&problem["from"], &problem["tried"]), (&json!("rejected"), &json!("approved")));
}

#[actix_web::test]
async fn opening_a_link_changes_nothing_and_it_decides_once() {
    let world = World::new().await;
    let (request, approval) = world.asked(MailDecision::LinkAlone).await;
    let token = world.link(approval, &world.bob, Decision::Approve);
    for _ in 0..3 {
        let (status, view) = world.get(&format!("/v1/links/{token}"), None).await;
        assert_eq!((status, &view["sign_in_required"], &view["used"]), (200, &json!(false), &json!(false)), "{view}");
        assert_eq!(view["approver"]["name"], "bob of the tests");
    }
    assert_eq!(world.db.request_state(request).await, "pending");

    let path = format!("/v1/links/{token}/decision");
    assert_eq!(world.post(&path, None, json!({})).await.0, 200);
    let (status, again) = world.post(&path, None, json!({})).await;
    assert_eq!((status, slug(&again)), (409, "link-used"));
    let other = world.link(approval, &world.bob, Decision::Reject);
    assert_eq!(slug(&world.post(&format!("/v1/links/{other}/decision"), None, json!({})).await.1), "link-used");

    let mut tx = world.db.tx(&world.bob).await;
    let votes = store::approvals::votes(tx.connection(), approval).await.unwrap();
    assert_eq!(votes.iter().map(|v| v.channel.as_str()).collect::<Vec<_>>(), ["link_alone"]);
}

#[actix_web::test]
async fn where_the_policy_demands_it_a_link_needs_its_approver_signed_in() {
    let world = World::new().await;
    let (request, approval) = world.asked(MailDecision::SignIn).await;
    let token = world.link(approval, &world.bob, Decision::Approve);
    let (shown, decided) = (format!("/v1/links/{token}"), format!("/v1/links/{token}/decision"));
    for (who, status, kind) in [(None, 401, "sign-in-required"), (Some("cleo"), 403, "link-of-somebody-else")] {
        let (found, problem) = world.get(&shown, who).await;
        assert_eq!((found, slug(&problem)), (status, kind));
        let (found, problem) = world.post(&decided, who, json!({})).await;
        assert_eq!((found, slug(&problem)), (status, kind));
    }
    assert_eq!(world.db.request_state(request).await, "pending");
    assert_eq!(world.get(&shown, Some("bob")).await.0, 200);
    assert_eq!(world.post(&decided, Some("bob"), json!({ "comment": "ok" })).await.0, 200);
    let mut tx = world.db.tx(&world.bob).await;
    let votes = store::approvals::votes(tx.connection(), approval).await.unwrap();
    assert_eq!(votes.iter().map(|v| v.channel.as_str()).collect::<Vec<_>>(), ["link_signed_in"]);
}

#[actix_web::test]
async fn the_requester_gains_nothing_by_a_forwarded_link() {
    let world = World::new().await;
    let (request, approval) = world.asked(MailDecision::LinkAlone).await;
    let token = world.link(approval, &world.bob, Decision::Approve);
    let (status, problem) = world.post(&format!("/v1/links/{token}/decision"), Some("ann"), json!({})).await;
    assert_eq!((status, slug(&problem)), (403, "link-of-somebody-else"));
    let own = world.link(approval, &world.ann, Decision::Approve);
    let (status, problem) = world.post(&format!("/v1/links/{own}/decision"), Some("ann"), json!({})).await;
    assert_eq!((status, slug(&problem)), (403, "own-request"));
    assert_eq!(world.db.request_state(request).await, "pending");
}

#[actix_web::test]
async fn a_changed_foreign_or_expired_link_does_nothing() {
    let world = World::new().await;
    let (request, approval) = world.asked(MailDecision::LinkAlone).await;
    let token = world.link(approval, &world.bob, Decision::Approve);
    let other_key = LinkKey::new(&"OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=".to_owned().into()).unwrap();
    let expires_at = world.db.desk.db.clock().now() + SignedDuration::from_hours(1);
    let link = Link { approval, approver: world.bob.clone(), decision: Decision::Approve, expires_at };
    let nothing = Link { approval: ApprovalId(store::new_id()), ..link.clone() };
    let tampered: String =
        token.chars().enumerate().map(|(at, c)| if at == 12 { if c == 'A' { 'B' } else { 'A' } } else { c }).collect();
    for bad in [
        tampered,
        token[..token.len() - 1].to_owned(),
        mint(&other_key, &link),
        mint(&world.key, &nothing),
        "x".to_owned(),
    ] {
        for (status, problem) in [
            world.get(&format!("/v1/links/{bad}"), None).await,
            world.post(&format!("/v1/links/{bad}/decision"), None, json!({})).await,
        ] {
            assert_eq!((status, slug(&problem)), (404, "link-unknown"), "{bad}");
        }
    }
    world.db.advance_minutes(181);
    let (status, problem) = world.post(&format!("/v1/links/{token}/decision"), None, json!({})).await;
    assert_eq!((status, slug(&problem)), (410, "link-expired"));
    assert_eq!(world.db.request_state(request).await, "pending");
}

#[actix_web::test]
async fn a_link_of_somebody_who_left_the_group_decides_nothing() {
    let world = World::new().await;
    let (request, approval) = world.asked(MailDecision::LinkAlone).await;
    let token = world.link(approval, &world.bob, Decision::Approve);
    world.db.leaves(&world.bob, &world.approvers).await;
    let (status, problem) = world.post(&format!("/v1/links/{token}/decision"), None, json!({})).await;
    assert_eq!((status, slug(&problem)), (401, "sign-in-required"), "no policy names him, so none lets a link suffice");
    let (status, problem) = world.post(&format!("/v1/links/{token}/decision"), Some("bob"), json!({})).await;
    assert_eq!((status, slug(&problem)), (403, "not-an-approver"));
    assert_eq!(world.db.request_state(request).await, "pending");
}

#[actix_web::test]
async fn a_link_decides_its_own_approval_and_no_other() {
    let world = World::new().await;
    let pairs = vec![testkit::requests::pair(1, 1), testkit::requests::pair(2, 1)];
    let mut policy = one_of(&world.approvers);
    policy.policy.mail_decision = MailDecision::LinkAlone;
    let asked = Asked { pairs, apart: true, needs: vec![policy], ..Asked::by(&world.ann, &world.approvers) };
    let (request, approval) = world.db.asks(asked).await;
    let token = world.link(approval, &world.bob, Decision::Approve);
    let (status, outcome) = world.post(&format!("/v1/links/{token}/decision"), None, json!({})).await;
    assert_eq!((status, &outcome["state"]), (200, &json!("pending")));
    assert_eq!(outcome["approvals"], json!([{ "approval": approval, "state": "approved" }]));
    let (_, page) = world.get("/v1/approvals", Some("bob")).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!(page["items"][0]["items"][0]["account"], "000000000002");
    assert_eq!(world.db.request_state(request).await, "pending");
}

#[actix_web::test]
async fn pages_of_approvals_go_on_where_the_last_one_ended_also_within_a_request() {
    let world = World::new().await;
    let pairs: Vec<_> = (1..=3).map(|n| testkit::requests::pair(n, 1)).collect();
    world.db.asks(Asked { pairs, apart: true, ..Asked::by(&world.ann, &world.approvers) }).await;
    world.db.asks(Asked::by(&world.ann, &world.approvers)).await;
    let (mut seen, mut path) = (Vec::new(), "/v1/approvals?limit=2".to_owned());
    loop {
        let (status, page) = world.get(&path, Some("bob")).await;
        assert_eq!(status, 200, "{page}");
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["approval"].to_string()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/approvals?limit=2&cursor={next}");
    }
    assert_eq!(seen.len(), 4);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 4);
}

#[actix_web::test]
async fn narrowing_beyond_the_window_names_its_bounds() {
    let world = World::new().await;
    let (request, _) = world.asked(MailDecision::SignIn).await;
    let path = format!("/v1/requests/{request}/decisions");
    let body = json!({ "decision": "approve", "minutes": 61 });
    let (status, problem) = world.post(&path, Some("bob"), body).await;
    assert_eq!((status, slug(&problem)), (422, "outside-window"));
    assert_eq!((&problem["minutes_most"], &problem["end_latest"]), (&json!(60), &json!("2026-03-02T10:00:00Z")));
    let body = json!({ "decision": "approve", "pairs": [{ "account": "000000000009", "permission_set": "arn:aws:sso:::permissionSet/ssoins-0/ps-1" }] });
    assert_eq!(slug(&world.post(&path, Some("bob"), body).await.1), "pair-not-asked");
    let (status, outcome) = world.post(&path, Some("bob"), json!({ "decision": "approve", "minutes": 20 })).await;
    assert_eq!((status, &outcome["state"]), (200, &json!("approved")));
}

#[actix_web::test]
async fn people_let_others_stand_in_for_themselves_and_ask_each_other() {
    let world = World::new().await;
    let cleo = world.db.person("colin").await;
    let body = json!({ "to": cleo, "ends_at": "2026-03-05T09:00:00Z", "reason": "holidays" });
    let (status, made) = world.post("/v1/delegations", Some("bob"), body.clone()).await;
    assert_eq!((status, &made["counts"], &made["from"]), (201, &json!(true), &json!(world.bob)));
    let (status, problem) = world.post("/v1/delegations", Some("bob"), body).await;
    assert_eq!((status, slug(&problem)), (409, "delegation-overlaps"));
    let for_bob = json!({ "to": cleo, "from": world.bob, "ends_at": "2026-03-05T09:00:00Z" });
    assert_eq!(slug(&world.post("/v1/delegations", Some("ann"), for_bob).await.1), "admin-required");
    let back = json!({ "to": world.bob, "ends_at": "2026-03-03T09:00:00Z" });
    assert_eq!(slug(&world.post("/v1/delegations", Some("colin"), back).await.1), "delegation-circle");
    assert_eq!(world.get("/v1/delegations", Some("colin")).await.1["items"][0]["id"], made["id"]);
    assert_eq!(world.get("/v1/delegations", Some("ann")).await.1["items"], json!([]));
    let end = format!("/v1/delegations/{}/end", made["id"].as_str().unwrap());
    assert_eq!(world.post(&end, Some("ann"), json!({})).await.0, 404);
    assert_eq!(world.post(&end, Some("bob"), json!({})).await.1["counts"], json!(false));

    let (request, approval) = world.asked(MailDecision::SignIn).await;
    let path = format!("/v1/requests/{request}/comments");
    assert_eq!(world.post(&path, Some("bob"), json!({ "text": "Why?", "question": true })).await.0, 201);
    assert_eq!(slug(&world.post(&path, Some("bob"), json!({ "text": "  " })).await.1), "invalid-value");
    assert_eq!(world.post(&path, Some("cleo"), json!({ "text": "Me too" })).await.0, 403);
    assert_eq!(world.get(&path, Some("ann")).await.1["items"][0]["text"], "Why?");
    assert_eq!(world.get(&path, Some("cleo")).await.0, 404);
    let (status, view) = world.get(&format!("/v1/approvals/{approval}"), Some("bob")).await;
    assert_eq!((status, &view["policies"][0]["mine"]), (200, &json!(true)), "{view}");
    assert_eq!(world.get(&format!("/v1/approvals/{approval}"), Some("cleo")).await.0, 404);
}
