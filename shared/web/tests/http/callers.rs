//! Callers against a real issuer over HTTP.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use crate::support::{Company, GROUP, Issuer, Key, USER, auth_by, kind, now, problem, start};
use ::web::{Caller, Problem};
use actix_web::{HttpResponse, get};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use runtime::Health;
use serde_json::json;

#[utoipa::path(responses((status = 200)))]
#[get("/me")]
async fn me(caller: Caller) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "actor": caller.actor(), "key": caller.key() }))
}

#[utoipa::path(responses((status = 200)))]
#[get("/may/{what}")]
async fn may(caller: Caller, what: actix_web::web::Path<String>) -> Result<HttpResponse, Problem> {
    match what.as_str() {
        "admin" => drop(caller.require_admin()?),
        "audit" => drop(caller.require_auditor_or_admin()?),
        "user" => drop(caller.require_user()?),
        scope => caller.require_scope(scope)?,
    }
    Ok(HttpResponse::NoContent().finish())
}

struct World {
    issuer: Issuer,
    key: Key,
    company: Arc<Company>,
    base: String,
}

async fn world(pause: Duration) -> World {
    world_by(store::Clock::system(), pause).await
}

async fn world_by(clock: store::Clock, pause: Duration) -> World {
    let key = Key::new("one", Algorithm::ES256);
    let issuer = Issuer::start(&[&key]).await;
    let company = Company::of(&[
        ("ann", true, &[]),
        ("ada", true, &[(USER, "Curfew admins")]),
        ("aud", true, &[(GROUP, "Whatever")]),
        ("fake", true, &[(USER, "curfew admins")]),
        ("gone", false, &[(USER, "Curfew admins")]),
    ]);
    let auth = auth_by(clock, &issuer, Arc::clone(&company), pause);
    let (address, _) = start(Some(auth), 0, Health::new(), |config| {
        config.service(me).service(may);
    });
    World { issuer, key, company, base: format!("http://{address}") }
}

impl World {
    async fn ask(&self, path: &str, token: &str) -> reqwest::Response {
        reqwest::Client::new().get(format!("{}{path}", self.base)).bearer_auth(token).send().await.unwrap()
    }

    async fn refused(&self, token: &str) -> String {
        let answer = self.ask("/me", token).await;
        if answer.status() == 401 {
            assert!(answer.headers()["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
        }
        kind(&problem(answer).await).to_owned()
    }
}

const SLOW: Duration = Duration::from_secs(10);

#[actix_web::test]
async fn a_good_token_leads_to_the_immutable_user() {
    let world = world(SLOW).await;
    let token = world.key.sign(&world.issuer.claims(json!({})));
    let body: serde_json::Value = world.ask("/me", &token).await.json().await.unwrap();
    assert_eq!(body, json!({ "actor": { "kind": "user", "id": USER }, "key": format!("user:{USER}") }));
    for _ in 0..20 {
        assert_eq!(world.ask("/me", &token).await.status(), 200);
    }
    assert_eq!(world.issuer.fetches.load(Ordering::SeqCst), 1, "keys are cached");
    assert!(world.company.asked.load(Ordering::SeqCst) <= 3, "people are remembered for a moment");
}

#[actix_web::test]
async fn every_algorithm_that_is_taken_works() {
    for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA] {
        let world = world(Duration::ZERO).await;
        let key = Key::new("other", algorithm);
        // A key of a form that is not known must not hide the others.
        world.issuer.publish(&[&key]);
        world.issuer.published.lock().unwrap().push(json!({ "kty": "NEW", "kid": "x", "alg": "PQ1" }));
        assert_eq!(world.ask("/me", &key.sign(&world.issuer.claims(json!({})))).await.status(), 200, "{algorithm:?}");
    }
}

#[actix_web::test]
async fn a_token_that_is_not_good_is_refused_with_the_reason() {
    let world = world(SLOW).await;
    let sign = |changes| world.key.sign(&world.issuer.claims(changes));
    let good = sign(json!({}));
    for (token, expected) in [
        (sign(json!({ "exp": now() - 61 })), "expired-token"),
        (sign(json!({ "exp": null })), "invalid-token"),
        (sign(json!({ "iss": "http://evil.example" })), "invalid-token"),
        (sign(json!({ "iss": null })), "invalid-token"),
        (sign(json!({ "aud": "other" })), "invalid-token"),
        (sign(json!({ "aud": null })), "invalid-token"),
        (sign(json!({ "nbf": now() + 90 })), "invalid-token"),
        (sign(json!({ "preferred_username": null })), "invalid-token"),
        (sign(json!({ "preferred_username": 7 })), "invalid-token"),
        (sign(json!({ "preferred_username": "" })), "invalid-token"),
        (Key::new("one", Algorithm::ES256).sign(&world.issuer.claims(json!({}))), "invalid-token"),
        (Key::new("two", Algorithm::ES256).sign(&world.issuer.claims(json!({}))), "invalid-token"),
        ("nonsense".to_owned(), "invalid-token"),
        ("a".repeat(20_000), "invalid-token"),
        (sign(json!({ "preferred_username": "nobody" })), "unknown-user"),
        (sign(json!({ "preferred_username": "ANN" })), "unknown-user"),
        (sign(json!({ "preferred_username": "gone" })), "disabled-user"),
    ] {
        assert_eq!(world.refused(&token).await, expected, "{token:.300}");
    }
    // Unsigned, signed with the public key as a shared secret, and with another payload.
    let parts: Vec<&str> = good.split('.').collect();
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"one"}"#);
    assert_eq!(world.refused(&format!("{none}.{}.", parts[1])).await, "invalid-token");
    let secret = EncodingKey::from_secret(world.key.public["x"].as_str().unwrap().as_bytes());
    let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::HS256) };
    let confused = jsonwebtoken::encode(&header, &world.issuer.claims(json!({})), &secret).unwrap();
    assert_eq!(world.refused(&confused).await, "invalid-token");
    let other = sign(json!({ "preferred_username": "ada" }));
    let swapped = format!("{}.{}.{}", parts[0], other.split('.').nth(1).unwrap(), parts[2]);
    assert_eq!(world.refused(&swapped).await, "invalid-token");
    // Within the leeway, and an audience among several.
    assert_eq!(world.ask("/me", &sign(json!({ "exp": now() - 30, "nbf": now() + 30 }))).await.status(), 200);
    assert_eq!(
        world
            .ask("/me", &sign(json!({ "aud": ["x", "curfew"], "iss": format!("{}/", world.issuer.url) })))
            .await
            .status(),
        200
    );
}

#[actix_web::test]
async fn no_token_or_another_scheme_is_missing() {
    let world = world(SLOW).await;
    let client = reqwest::Client::new();
    let url = format!("{}/me", world.base);
    for request in [
        client.get(&url),
        client.get(&url).basic_auth("ann", Some("x")),
        client.get(&url).header("authorization", "Bearer"),
        client.get(&url).header("authorization", "Bearer a").header("authorization", "Bearer b"),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["www-authenticate"], "Bearer realm=\"curfew\"");
        assert_eq!(kind(&problem(answer).await), "missing-token");
    }
}

#[actix_web::test]
async fn keys_rotate_and_unknown_ones_do_not_load_the_issuer() {
    let world = world(Duration::from_millis(300)).await;
    let old = world.key.sign(&world.issuer.claims(json!({})));
    assert_eq!(world.ask("/me", &old).await.status(), 200);
    let new = Key::new("two", Algorithm::ES256);
    let token = new.sign(&world.issuer.claims(json!({})));
    for _ in 0..10 {
        assert_eq!(world.refused(&token).await, "invalid-token");
    }
    assert!(world.issuer.fetches.load(Ordering::SeqCst) <= 2);
    world.issuer.publish(&[&new]);
    tokio::time::sleep(Duration::from_millis(320)).await;
    assert_eq!(world.ask("/me", &token).await.status(), 200);
    assert_eq!(world.refused(&old).await, "invalid-token", "a key that was taken back is no longer good");
}

#[actix_web::test]
async fn known_keys_outlive_an_issuer_that_is_away() {
    let world = world(Duration::ZERO).await;
    let token = world.key.sign(&world.issuer.claims(json!({})));
    assert_eq!(world.ask("/me", &token).await.status(), 200);
    world.issuer.stop().await;
    assert_eq!(
        world.refused(&Key::new("two", Algorithm::ES256).sign(&world.issuer.claims(json!({})))).await,
        "invalid-token"
    );
    assert_eq!(world.ask("/me", &token).await.status(), 200);
}

#[actix_web::test]
async fn an_issuer_that_was_never_reached_is_not_the_callers_fault() {
    let world = world(SLOW).await;
    world.issuer.stop().await;
    let answer = world.ask("/me", &world.key.sign(&world.issuer.claims(json!({})))).await;
    assert_eq!(answer.status(), 503);
    assert_eq!(kind(&problem(answer).await), "issuer-unavailable");
}

#[actix_web::test]
async fn a_directory_that_is_away_tells_nothing() {
    let world = world(SLOW).await;
    world.company.away.store(true, Ordering::SeqCst);
    let answer = world.ask("/me", &world.key.sign(&world.issuer.claims(json!({})))).await;
    assert_eq!(answer.headers()["retry-after"], "2");
    let body = problem(answer).await;
    assert_eq!(kind(&body), "unavailable");
    assert!(!body.to_string().contains("hunter2"));
}

#[actix_web::test]
async fn personas_come_from_groups_and_machines_have_only_scopes() {
    let world = world(SLOW).await;
    let user = |name: &str| world.key.sign(&world.issuer.claims(json!({ "preferred_username": name })));
    let machine = |scope: serde_json::Value| {
        world
            .key
            .sign(&world.issuer.claims(json!({ "preferred_username": null, "client_id": "ticketing", "scope": scope })))
    };
    for (token, admin, audit, person, scope) in [
        (user("ann"), 403, 403, 204, 204),
        (user("ada"), 204, 204, 204, 204),
        (user("aud"), 403, 204, 204, 204),
        (user("fake"), 403, 403, 204, 204),
        (machine(json!("requests:write requests:read")), 403, 403, 403, 204),
        (machine(json!("requests:reader")), 403, 403, 403, 403),
        (machine(json!(null)), 403, 403, 403, 403),
    ] {
        for (path, status) in
            [("/may/admin", admin), ("/may/audit", audit), ("/may/user", person), ("/may/requests:read", scope)]
        {
            assert_eq!(world.ask(path, &token).await.status(), status, "{path} {token}");
        }
    }
    let body: serde_json::Value = world.ask("/me", &machine(json!(""))).await.json().await.unwrap();
    assert_eq!(body["actor"], json!({ "kind": "machine", "client": "ticketing" }));
    let scp = world
        .key
        .sign(&world.issuer.claims(json!({ "preferred_username": null, "client_id": "t", "scp": ["requests:read"] })));
    assert_eq!(world.ask("/may/requests:read", &scp).await.status(), 204);
}

#[actix_web::test]
async fn tokens_are_judged_by_the_clock_that_decides_and_not_by_the_hosts() {
    let hour = |hours: i64| store::Clock::manual(jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours));
    for (hours, claims, status) in [
        (1, json!({ "exp": now() + 300 }), 401),
        (1, json!({ "exp": now() + 3700, "nbf": now() + 3500 }), 200),
        (-1, json!({ "exp": now() - 3500 }), 200),
        (-1, json!({ "nbf": now() }), 401),
    ] {
        let world = world_by(hour(hours), Duration::ZERO).await;
        let token = world.key.sign(&world.issuer.claims(claims.clone()));
        assert_eq!(world.ask("/me", &token).await.status(), status, "{hours} h: {claims}");
    }
}
