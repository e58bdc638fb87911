//! Calls against a server that answers as the API does.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up shall fail")]

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use client::{Client, ClientError, Decision, Endpoints, Limits, Me, TokenSource};
use serde_json::{Value, json};

/// Answers each path in its own way.
async fn answer(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let token = request.headers().get("authorization").and_then(|v| v.to_str().ok()).unwrap_or("none").to_owned();
    match request.path() {
        "/v1/me" => HttpResponse::Ok().json(json!({ "kind": "user", "id": "1", "name": token, "more": 1 })),
        "/v1/links/a%20b" => HttpResponse::Unauthorized().content_type("application/problem+json").json(json!({
            "type": "urn:curfew:problem:sign-in-required", "title": "Signing in is needed for this", "status": 401,
        })),
        path if path.ends_with("/decisions") => HttpResponse::Conflict().content_type("application/problem+json").json(json!({
            "type": "urn:curfew:problem:state-conflict", "title": "Too late", "status": 409, "detail": "It is cancelled.",
            "from": "cancelled", "tried": "approved", "body": serde_json::from_slice::<Value>(&body).unwrap_or_default(),
        })),
        _ => HttpResponse::BadGateway().body("<html>a proxy speaks</html>"),
    }
}

/// A client of a server on a free port.
fn client() -> Client {
    let server = HttpServer::new(|| App::new().default_service(web::to(answer))).workers(1).disable_signals();
    let server = server.bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", server.addrs().first().unwrap());
    actix_web::rt::spawn(server.run());
    Client::new(Endpoints::one(address.parse().unwrap()), TokenSource::fixed("secret".to_owned().into())).unwrap()
}

#[actix_web::test]
async fn the_token_goes_with_the_call_and_is_never_shown() {
    let client = client();
    let told = |name: &str| Me::User {
        id: "1".into(),
        name: name.into(),
        admin: false,
        auditor: false,
        owner: false,
        limits: Limits::default(),
        paused: None,
        profile: None,
    };
    assert_eq!(client.me().await.unwrap(), told("Bearer secret"));
    let nobody = client.with_token(TokenSource::none());
    assert_eq!(nobody.me().await.unwrap(), told("none"));
    assert!(!format!("{client:?}").contains("secret"));
}

#[actix_web::test]
async fn a_problem_keeps_its_word_and_what_else_it_says() {
    let id = uuid::Uuid::nil();
    let error = client().decide(id, Decision::Approve, None, Some(3)).await.unwrap_err();
    assert!(error.is("state-conflict"));
    assert_eq!(error.to_string(), "It is cancelled.");
    let problem = error.problem().unwrap();
    assert_eq!((&problem.members["from"], &problem.members["tried"]), (&json!("cancelled"), &json!("approved")));
    assert_eq!(problem.members["body"], json!({ "decision": "approve", "version": 3 }));
}

#[actix_web::test]
async fn a_missing_sign_in_can_be_told_from_other_refusals() {
    let error = client().link("a b").await.unwrap_err();
    assert!(error.needs_sign_in(), "{error:?}");
}

#[actix_web::test]
async fn what_is_not_our_api_is_said_so() {
    let error = client().rules().await.unwrap_err();
    assert!(matches!(error, ClientError::Unreadable { status: 502, .. }), "{error:?}");
}
