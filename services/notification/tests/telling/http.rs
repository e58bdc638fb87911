//! The endpoints over HTTP, with tokens of a real provider: who may do what, and what bad input is told.

use std::sync::Arc;

use crate::support::sink::Sink;
use crate::support::{World, webhook_deleted};
use actix_web::web::Data;
use domain::Actor;
use notification::http::State;
use notification::outlet::guard::Reach;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use web::server::Server;

struct Api {
    world: World,
    base: String,
    issuer: simulator::Running,
    client: reqwest::Client,
}

impl Api {
    async fn new(reach: Reach) -> Self {
        let world = World::new().await;
        let issuer = simulator::Simulator::start(simulator::Config::instant()).unwrap();
        let (frank, erin) = (world.db.person("frank").await, world.db.person("erin").await);
        world.db.group("curfew-admins", &[&frank]).await;
        world.db.group("curfew-auditors", &[&erin]).await;
        let settings: runtime::Settings = serde_json::from_value(json!({
            "http": {"listen": "127.0.0.1:0", "public_url": "http://127.0.0.1"},
            "database": {"url": world.db.url}, "broker": {"url": "amqp://127.0.0.1"}, "aws": {"region": "eu-central-1"},
            "oidc": {"issuer": format!("{}/oidc", issuer.http), "audience": "curfew", "client_id": "curfew-portal"},
            "personas": {"admin_groups": ["curfew-admins"], "auditor_groups": ["curfew-auditors"]},
            "mail": {"from": "curfew@curfew.example"}, "links": {"key": "unused"},
        }))
        .unwrap();
        let auth =
            web::Auth::new(&settings, Arc::new(process::People(world.db.db.clone())), store::Clock::system()).unwrap();
        let state = State { db: world.db.db.clone(), reach, bell: Arc::clone(&world.inbound.bell) };
        let state = Data::new(state);
        let server = Server::new("test", &settings, Some(auth), runtime::Health::new(), runtime::Shutdown::new());
        let bound = server
            .bind(move |config| {
                config.app_data(state.clone());
                notification::http::routes(config);
            })
            .unwrap();
        let base = format!("http://{}", bound.address());
        tokio::spawn(bound.run());
        Self { world, base, issuer, client: reqwest::Client::new() }
    }

    async fn call(&self, who: &str, method: Method, path: &str, body: Option<&str>) -> (StatusCode, Value) {
        let token = self.client.get(format!("{}/oidc/token-for/{who}", self.issuer.http)).send().await.unwrap();
        let request =
            self.client.request(method, format!("{}{path}", self.base)).bearer_auth(token.text().await.unwrap());
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_owned()),
            None => request,
        };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
    }
}

#[actix_web::test]
async fn an_admin_makes_changes_rotates_and_removes_an_endpoint_and_its_secret_is_shown_once() {
    let api = Api::new(Reach::Public).await;
    let (status, made) =
        api.call("frank", Method::POST, "/v1/webhooks", Some(r#"{"url":"https://hooks.example.com/a"}"#)).await;
    assert_eq!(status, 201, "{made}");
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && secret.len() == "whsec_".len() + 44);
    let one = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());
    let (status, shown) = api.call("erin", Method::GET, &one, None).await;
    assert_eq!(
        (status.as_u16(), shown["url"].as_str(), shown["enabled"].as_bool()),
        (200, Some("https://hooks.example.com/a"), Some(true))
    );
    let (_, all) = api.call("erin", Method::GET, "/v1/webhooks", None).await;
    assert_eq!(all["items"], json!([shown]));
    assert!(!all.to_string().contains("whsec_"), "secrets are write-only");
    let (status, changed) = api.call("frank", Method::PATCH, &one, Some(r#"{"enabled":false}"#)).await;
    assert_eq!((status.as_u16(), changed["enabled"].as_bool()), (200, Some(false)));
    let (status, rotated) = api.call("frank", Method::POST, &format!("{one}/rotate"), None).await;
    assert_eq!((status.as_u16(), rotated["secret"] == made["secret"]), (200, false));
    assert!(rotated["previous_secret_until"].is_string());
    assert_eq!(api.call("frank", Method::DELETE, &one, None).await.0, 204);
    for (method, path) in
        [(Method::GET, one.clone()), (Method::DELETE, one.clone()), (Method::POST, format!("{one}/rotate"))]
    {
        assert_eq!(api.call("frank", method, &path, None).await.0, 404);
    }
    let entries =
        store::trail::list(&api.world.db, &store::trail::Filter { limit: 50, ..Default::default() }).await.unwrap();
    let actions: Vec<&str> = entries.iter().rev().map(|e| e.action.as_str()).collect();
    assert_eq!(actions, ["webhook.saved.v1", "webhook.saved.v1", "webhook.saved.v1", "webhook.deleted.v1"]);
}

#[actix_web::test]
async fn who_may_do_what() {
    let api = Api::new(Reach::Public).await;
    let id = store::new_id();
    let (one, replay) = (format!("/v1/webhooks/{id}"), format!("/v1/webhooks/deliveries/{id}/replay"));
    let rotate = format!("{one}/rotate");
    let new = Some(r#"{"url":"https://hooks.example.com/a"}"#);
    // Method, path, body; then what a requester, an auditor and an admin are answered.
    let table = [
        (Method::GET, "/v1/webhooks", None, [403, 200, 200]),
        (Method::GET, "/v1/webhooks/deliveries", None, [403, 200, 200]),
        (Method::GET, one.as_str(), None, [403, 404, 404]),
        (Method::POST, "/v1/webhooks", new, [403, 403, 201]),
        (Method::PATCH, one.as_str(), Some("{}"), [403, 403, 404]),
        (Method::DELETE, one.as_str(), None, [403, 403, 404]),
        (Method::POST, rotate.as_str(), None, [403, 403, 404]),
        (Method::POST, replay.as_str(), None, [403, 403, 404]),
    ];
    for (method, path, body, expected) in table {
        for (who, status) in ["ann", "erin", "frank"].into_iter().zip(expected) {
            let (answered, told) = api.call(who, method.clone(), path, body).await;
            assert_eq!(answered.as_u16(), status, "{who} {method} {path}: {told}");
        }
        let anonymous = api.client.request(method.clone(), format!("{}{path}", api.base)).send().await.unwrap();
        assert_eq!(anonymous.status(), 401, "{method} {path}");
    }
}

#[actix_web::test]
async fn bad_input_is_told_what_would_be_right() {
    let api = Api::new(Reach::Public).await;
    let table = [
        (Method::POST, "/v1/webhooks", r#"{"url":"http://hooks.example.com/"}"#, 422, "invalid-address"),
        (Method::POST, "/v1/webhooks", r#"{"url":"nothing"}"#, 422, "invalid-address"),
        (Method::POST, "/v1/webhooks", r#"{"url":"https://ann:pw@hooks.example.com/"}"#, 422, "invalid-address"),
        (Method::POST, "/v1/webhooks", r#"{"url":"https://169.254.169.254/"}"#, 422, "private-address"),
        (Method::POST, "/v1/webhooks", r#"{"url":"https://[::ffff:10.0.0.1]/"}"#, 422, "private-address"),
        (Method::POST, "/v1/webhooks", r#"{"url":"https://localhost/"}"#, 422, "private-address"),
        (Method::POST, "/v1/webhooks", r#"{"url":"https://a.example/","secret":"mine"}"#, 400, "unknown-field"),
        (Method::POST, "/v1/webhooks", r#"{"url":7}"#, 400, "wrong-type"),
        (Method::POST, "/v1/webhooks", r"{}", 400, "missing-field"),
        (Method::POST, "/v1/webhooks", r"{", 400, "malformed-json"),
        (Method::GET, "/v1/webhooks/deliveries?state=lost", "", 400, "invalid-query"),
        (Method::GET, "/v1/webhooks/deliveries?colour=red", "", 400, "invalid-query"),
        (Method::GET, "/v1/webhooks/deliveries?cursor=x", "", 400, "invalid-cursor"),
        (Method::GET, "/v1/webhooks/deliveries?limit=0", "", 400, "invalid-limit"),
        (Method::GET, "/v1/webhooks/not-an-id", "", 400, "invalid-path"),
    ];
    for (method, path, body, status, kind) in table {
        let (answered, told) = api.call("frank", method, path, (!body.is_empty()).then_some(body)).await;
        assert_eq!(
            (answered.as_u16(), told["type"].as_str()),
            (status, Some(format!("urn:curfew:problem:{kind}").as_str())),
            "{path} {body}: {told}"
        );
        assert!(told["detail"].is_string(), "{told}");
    }
}

#[actix_web::test]
async fn the_delivery_log_is_filtered_paged_and_replayed() {
    let api = Api::new(Reach::Anywhere).await;
    let (sink, other) = (Sink::start().await, Sink::start().await);
    let endpoint = api.world.endpoint(&sink.url()).await;
    api.world.endpoint(&other.url()).await;
    for _ in 0..3 {
        let told = api.world.happened(Actor::service("test"), webhook_deleted()).await;
        api.world.plan(&[told]).await;
    }
    api.world.send().await;
    let list = format!("/v1/webhooks/deliveries?endpoint={}&state=delivered&limit=2", endpoint.id);
    let (_, first) = api.call("erin", Method::GET, &list, None).await;
    let (_, second) =
        api.call("erin", Method::GET, &format!("{list}&cursor={}", first["next"].as_str().unwrap()), None).await;
    let items: Vec<&Value> =
        first["items"].as_array().unwrap().iter().chain(second["items"].as_array().unwrap()).collect();
    assert_eq!((items.len(), second.get("next")), (3, None));
    assert!(items.iter().all(|item| item["recipient"] == endpoint.id.to_string() && item["last_status"] == 204));
    let (_, none) = api.call("erin", Method::GET, "/v1/webhooks/deliveries?state=given_up", None).await;
    assert_eq!(none["items"], json!([]));
    let replay = format!("/v1/webhooks/deliveries/{}/replay", items[0]["id"].as_str().unwrap());
    let (status, due) = api.call("frank", Method::POST, &replay, None).await;
    assert_eq!((status.as_u16(), due["state"].as_str()), (202, Some("due")));
    api.world.send().await;
    let posts = sink.posts();
    assert_eq!((posts.len(), &posts[3].headers["webhook-id"]), (4, &posts[2].headers["webhook-id"]));
    api.call("frank", Method::PATCH, &format!("/v1/webhooks/{}", endpoint.id), Some(r#"{"enabled":false}"#)).await;
    let (status, told) = api.call("frank", Method::POST, &replay, None).await;
    assert_eq!((status.as_u16(), told["state"].as_str()), (409, Some("paused")), "{told}");
}
