//! The addresses of both kinds of receiver.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data, Json, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Behaviour, Received, Sink};
use crate::clock::Millis;
use crate::host::{Connection, Host};
use crate::pages::page;

/// `/hooks` and `/chat`.
pub fn routes(app: &mut ServiceConfig) {
    app.route("/{sink:hooks|chat}", web::get().to(overview))
        .route("/{sink:hooks|chat}/{name}/requests", web::get().to(requests))
        .route("/{sink:hooks|chat}/{name}/requests", web::delete().to(forget))
        .route("/{sink:hooks|chat}/{name}/requests/count", web::get().to(count))
        .route("/{sink:hooks|chat}/{name}/behaviour", web::put().to(behave))
        .route("/{sink:hooks|chat}/{name}", web::route().to(receive));
}

fn sink<'a>(host: &'a Host, kind: &str) -> &'a Sink {
    if kind == "chat" { &host.chat } else { &host.hooks }
}

async fn receive(request: HttpRequest, body: Bytes, host: Data<Host>, path: Path<(String, String)>) -> HttpResponse {
    let (kind, name) = path.into_inner();
    let headers = request.headers().iter();
    let received = Received {
        id: 0,
        at: Millis::now(),
        method: request.method().to_string(),
        query: request.query_string().to_owned(),
        headers: headers
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body: std::str::from_utf8(&body).ok().map(str::to_owned),
        body_base64: STANDARD.encode(&body),
        answered: 0,
    };
    let behaviour = sink(&host, &kind).receive(&name, received);
    if behaviour.hang {
        tokio::time::sleep(behaviour.hold()).await;
        return Connection::close(&request);
    }
    if behaviour.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(behaviour.delay_ms)).await;
    }
    let mut answer = HttpResponse::build(StatusCode::from_u16(behaviour.status).unwrap_or(StatusCode::OK));
    if let Some(seconds) = behaviour.retry_after {
        answer.insert_header(("retry-after", seconds.to_string()));
    }
    answer.content_type("text/plain; charset=utf-8").body("ok")
}

async fn behave(host: Data<Host>, path: Path<(String, String)>, behaviour: Json<Behaviour>) -> HttpResponse {
    let (kind, name) = path.into_inner();
    let behaviour = behaviour.into_inner();
    if StatusCode::from_u16(behaviour.status).is_err() {
        return HttpResponse::BadRequest().json(json!({"error": "status must be an HTTP status"}));
    }
    sink(&host, &kind).behave(&name, behaviour.clone());
    HttpResponse::Ok().json(behaviour)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Since {
    #[serde(default)]
    since_id: u64,
}

async fn requests(host: Data<Host>, path: Path<(String, String)>, since: Query<Since>) -> HttpResponse {
    let (kind, name) = path.into_inner();
    let sink = sink(&host, &kind);
    HttpResponse::Ok().json(json!({"count": sink.count(&name), "requests": sink.requests(&name, since.since_id)}))
}

async fn count(host: Data<Host>, path: Path<(String, String)>) -> HttpResponse {
    let (kind, name) = path.into_inner();
    HttpResponse::Ok().json(json!({"count": sink(&host, &kind).count(&name)}))
}

async fn forget(host: Data<Host>, path: Path<(String, String)>) -> HttpResponse {
    let (kind, name) = path.into_inner();
    sink(&host, &kind).forget(&name);
    HttpResponse::NoContent().finish()
}

#[derive(Template)]
#[template(path = "sink.html")]
struct SinkPage {
    title: &'static str,
    kind: String,
    receivers: Vec<(String, u64, Vec<Message>)>,
}

struct Message {
    at: String,
    line: String,
    body: String,
}

/// Requests shown for each receiver.
const SHOWN: usize = 50;

async fn overview(host: Data<Host>, kind: Path<String>) -> HttpResponse {
    let kind = kind.into_inner();
    let sink = sink(&host, &kind);
    let title = if kind == "chat" { "Chat" } else { "Webhooks" };
    let receivers = sink.names().into_iter().map(|(name, count)| {
        let messages = sink.requests(&name, 0).iter().rev().take(SHOWN).map(message).collect();
        (name, count, messages)
    });
    page(&SinkPage { title, receivers: receivers.collect(), kind })
}

/// A chat message shows its text, anything else its body.
fn message(request: &Received) -> Message {
    let body = request.body.clone().unwrap_or_else(|| format!("(base64) {}", request.body_base64));
    let value: Option<Value> = serde_json::from_str(&body).ok();
    let text = value.as_ref().and_then(|value| value.get("text")).and_then(Value::as_str);
    let pretty = value.as_ref().and_then(|value| serde_json::to_string_pretty(value).ok()).unwrap_or(body);
    let line = text.map_or_else(|| format!("{} answered {}", request.method, request.answered), str::to_owned);
    Message { at: request.at.rfc3339(), line, body: pretty }
}
