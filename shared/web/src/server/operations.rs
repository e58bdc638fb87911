//! What operators and tools ask: health, metrics, the API's document.

use actix_web::{HttpResponse, web};
use runtime::{Health, Shutdown, telemetry};

/// The OpenAPI document as it is served.
pub(super) struct Document(pub(super) String);

pub(super) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/livez", web::get().to(livez))
        .route("/readyz", web::get().to(readyz))
        .route("/metrics", web::get().to(metrics))
        .route("/openapi.json", web::get().to(document))
        .route("/docs", web::get().to(docs));
}

/// The paths above: not limited, and not traced, since they are asked every few seconds for ever.
pub(super) fn is_operational(path: &str) -> bool {
    matches!(path, "/livez" | "/readyz" | "/metrics")
}

/// The process runs; what it depends on does not matter here, since restarting it would not help.
async fn livez() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "live": true }))
}

async fn readyz(health: web::Data<Health>, shutdown: web::Data<Shutdown>) -> HttpResponse {
    let mut report = health.report().await;
    if shutdown.stopping() {
        report.ready = false;
        report.checks.insert("process".to_owned(), "stopping".to_owned());
    }
    if report.ready { HttpResponse::Ok().json(report) } else { HttpResponse::ServiceUnavailable().json(report) }
}

async fn metrics() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(telemetry::prometheus_text())
}

async fn document(document: web::Data<Document>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.0.clone())
}

async fn docs() -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("location", "/docs/")).finish()
}
