//! The server's manners, over a real socket.

use std::{sync::Arc, time::Duration};

use crate::support::{Company, Issuer, Key, auth, kind, problem, start};
use ::web::{IdempotencyKey, Json, Path, Problem, ProblemType, Query};
use actix_web::{HttpResponse, get, post};
use domain::RequestId;
use jsonwebtoken::Algorithm;
use runtime::Health;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa_actix_web::service_config::ServiceConfig;

#[derive(Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Note {
    text: String,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct Loud {
    #[serde(default)]
    loud: bool,
}

#[utoipa::path(params(Loud), responses((status = 200, body = Note)))]
#[post("/v1/notes/{id}")]
async fn write(id: Path<RequestId>, loud: Query<Loud>, key: IdempotencyKey, note: Json<Note>) -> Json<Note> {
    let text = if loud.0.loud { note.0.text.to_uppercase() } else { note.0.text };
    Json(Note { text: format!("{} {text} {}", id.0, key.0.unwrap_or_default()) })
}

#[utoipa::path(responses((status = 200)))]
#[get("/v1/panic")]
async fn panics() -> HttpResponse {
    panic!("password=hunter2")
}

#[utoipa::path(responses((status = 200)))]
#[get("/v1/fails")]
async fn fails() -> Result<HttpResponse, actix_web::Error> {
    Err(actix_web::error::ErrorInternalServerError("password=hunter2"))
}

#[utoipa::path(responses((status = 200)))]
#[get("/v1/conflict")]
async fn conflict() -> Result<HttpResponse, Problem> {
    Err(Problem::conflict("approve", "pending", "cancelled"))
}

#[utoipa::path(responses((status = 200)))]
#[get("/v1/slow")]
async fn slow() -> HttpResponse {
    tokio::time::sleep(Duration::from_millis(300)).await;
    HttpResponse::Ok().body("done")
}

fn routes(config: &mut ServiceConfig) {
    config.service(write).service(panics).service(fails).service(conflict).service(slow);
}

const ID: &str = "01920000-0000-7000-8000-000000000001";

fn plain() -> String {
    format!("http://{}", start(None, 0, Health::new(), routes).0)
}

async fn get(url: String) -> reqwest::Response {
    reqwest::get(url).await.unwrap()
}

#[actix_web::test]
async fn live_is_always_and_ready_says_what_is_away() {
    let health = Health::new();
    let (address, shutdown) = start(None, 0, health.clone(), routes);
    health.set("broker", Err("connection refused".to_owned()));
    health.probe("database", || async { Ok(()) });
    assert_eq!(get(format!("http://{address}/livez")).await.status(), 200);
    let answer = get(format!("http://{address}/readyz")).await;
    assert_eq!(answer.status(), 503);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body, json!({ "ready": false, "checks": { "broker": "away: connection refused", "database": "ok" } }));
    health.set("broker", Ok(()));
    assert_eq!(get(format!("http://{address}/readyz")).await.status(), 200);
    shutdown.begin();
}

#[actix_web::test]
async fn the_document_and_its_viewer_are_served_without_the_network() {
    let base = plain();
    let document: Value = get(format!("{base}/openapi.json")).await.json().await.unwrap();
    assert_eq!(document["info"]["title"], "Test");
    let operation = &document["paths"]["/v1/notes/{id}"]["post"];
    assert_eq!(operation["operationId"], "write");
    assert_eq!(
        operation["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"],
        "#/components/schemas/Problem"
    );
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    assert!(document["components"]["schemas"]["Problem"]["properties"]["detail"].is_object());
    let page = get(format!("{base}/docs")).await;
    assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'self'"));
    let text = page.text().await.unwrap();
    assert!(text.contains("swagger-ui") && !text.contains("https://"), "{text}");
    let start = get(format!("{base}/docs/swagger-initializer.js")).await.text().await.unwrap();
    assert!(start.contains("/openapi.json"), "{start}");
    assert_eq!(get(format!("{base}/docs/swagger-ui-bundle.js")).await.status(), 200);
}

#[actix_web::test]
async fn no_route_is_404_and_another_method_405() {
    let base = plain();
    let body = problem(get(format!("{base}/v1/nothing?token=hunter2")).await).await;
    assert_eq!(kind(&body), "not-found");
    assert!(!body.to_string().contains("hunter2"));
    let answer = get(format!("{base}/v1/notes/{ID}")).await;
    assert_eq!(answer.headers()["allow"], "POST");
    assert_eq!(kind(&problem(answer).await), "method-not-allowed");
    assert_eq!(kind(&problem(get(format!("{base}/v1/notes/")).await).await), "not-found");
}

#[actix_web::test]
async fn a_panic_and_a_foreign_error_are_a_500_that_tells_nothing() {
    let base = plain();
    for path in ["panic", "fails"] {
        let answer = get(format!("{base}/v1/{path}")).await;
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
        let body = problem(answer).await;
        assert_eq!(kind(&body), "internal");
        assert!(body["error_id"].is_string());
        assert!(!body.to_string().contains("hunter2"), "{path}");
    }
    assert_eq!(get(format!("{base}/livez")).await.status(), 200, "the worker lives on");
    assert_eq!(problem(get(format!("{base}/v1/conflict")).await).await["state"], "cancelled");
}

#[actix_web::test]
async fn every_answer_has_its_id_and_the_headers_of_safety() {
    let base = plain();
    let client = reqwest::Client::new();
    for path in ["/livez", "/v1/nothing", "/v1/conflict", "/openapi.json"] {
        let answer = client.get(format!("{base}{path}")).header("x-request-id", "abc-1").send().await.unwrap();
        let headers = answer.headers();
        assert_eq!(headers["x-request-id"], "abc-1");
        assert_eq!(headers["x-frame-options"], "DENY");
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
    }
    let answer = client
        .get(format!("{base}/livez"))
        .header("x-request-id", "a b\u{7f}".replace('\u{7f}', ""))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["x-request-id"].len(), 36, "an id that could steer a log is replaced");
}

#[actix_web::test]
async fn each_part_of_a_request_is_refused_in_its_own_words() {
    let base = plain();
    let client = reqwest::Client::new();
    let post = |path: &str| client.post(format!("{base}/v1/notes/{path}"));
    let note = json!({ "text": "hi" });
    let good = post(&format!("{ID}?loud=true")).header("idempotency-key", "k-1").json(&note).send().await.unwrap();
    assert_eq!(good.json::<Value>().await.unwrap(), json!({ "text": format!("{ID} HI k-1") }));
    for (request, expected) in [
        (post("42").json(&note), ProblemType::InvalidPath),
        (post("%00%1b").json(&note), ProblemType::InvalidPath),
        (post(&format!("{ID}?quiet=1")).json(&note), ProblemType::InvalidQuery),
        (post(ID).body("{}").header("content-type", "text/plain"), ProblemType::UnsupportedMediaType),
        (post(ID).body("{}"), ProblemType::UnsupportedMediaType),
        (post(ID).json(&note).header("content-encoding", "gzip"), ProblemType::UnsupportedMediaType),
        (post(ID).header("content-type", "application/json"), ProblemType::MalformedJson),
        (post(ID).json(&json!({})), ProblemType::MissingField),
        (post(ID).json(&json!({ "text": 1 })), ProblemType::WrongType),
        (post(ID).json(&json!({ "text": "", "x": 1 })), ProblemType::UnknownField),
        (post(ID).json(&json!({ "text": "x".repeat(1_000_000) })), ProblemType::PayloadTooLarge),
        (post(ID).json(&note).header("idempotency-key", ""), ProblemType::InvalidIdempotencyKey),
        (post(ID).json(&note).header("idempotency-key", "a b"), ProblemType::InvalidIdempotencyKey),
        (post(ID).json(&note).header("idempotency-key", "x".repeat(256)), ProblemType::InvalidIdempotencyKey),
        (
            post(ID).json(&note).header("idempotency-key", "a").header("idempotency-key", "b"),
            ProblemType::InvalidIdempotencyKey,
        ),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), expected.status().as_u16(), "{expected:?}");
        assert_eq!(kind(&problem(answer).await), expected.slug());
    }
}

#[actix_web::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let key = Key::new("one", Algorithm::ES256);
    let issuer = Issuer::start(&[&key]).await;
    let auth = auth(&issuer, Company::of(&[("ann", true, &[])]), Duration::from_secs(10));
    let (address, _) = start(Some(Arc::clone(&auth)), 5, Health::new(), routes);
    let mut refused = None;
    for _ in 0..40 {
        let answer = get(format!("http://{address}/v1/conflict")).await;
        if answer.status() == 429 {
            refused = Some(answer);
        }
    }
    let refused = refused.unwrap();
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(kind(&problem(refused).await), "rate-limited");
    assert_eq!(get(format!("http://{address}/livez")).await.status(), 200, "probes are not limited");
}

#[actix_web::test]
async fn stopping_finishes_the_request_under_way() {
    let (address, shutdown) = start(None, 0, Health::new(), routes);
    let under_way = tokio::spawn(get(format!("http://{address}/v1/slow")));
    tokio::time::sleep(Duration::from_millis(100)).await;
    shutdown.begin();
    assert_eq!(under_way.await.unwrap().text().await.unwrap(), "done");
    assert_eq!(shutdown.wait(Duration::from_secs(5)).await, std::process::ExitCode::SUCCESS);
    assert!(reqwest::get(format!("http://{address}/livez")).await.is_err());
}
