//! Around every request: its id, its span, its limits, its headers, and an answer even when a
//! handler panics.

use std::{net::SocketAddr, panic::AssertUnwindSafe, sync::LazyLock, time::Instant};

use actix_web::{
    Error, ResponseError,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use futures_util::FutureExt;
use opentelemetry::metrics::Histogram;
use runtime::metrics::{self, KeyValue};
use tracing::{Instrument, Span, field::Empty};
use uuid::Uuid;

use super::operations::is_operational;
use crate::{Problem, ProblemType, limit::Limiter};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

static DURATION: LazyLock<Histogram<f64>> = LazyLock::new(|| metrics::histogram(metrics::HTTP_DURATION));

pub(super) async fn manners(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let method = method_name(request.method());
    let id = request_id(request.headers());
    let docs = request.path().starts_with("/docs");
    let span = root_span(&request, method, &id);
    let outcome = match limited(&request) {
        Err(problem) => Ok(request.into_response(problem.error_response())),
        Ok(()) => match AssertUnwindSafe(next.call(request).instrument(span.clone())).catch_unwind().await {
            Ok(outcome) => outcome,
            Err(panic) => {
                Err(span.in_scope(|| Problem::internal(format_args!("a handler panicked: {}", told(&*panic)))).into())
            }
        },
    };
    let (status, route, outcome) = match outcome {
        Ok(mut response) => {
            // After routing, so that addresses nobody serves do not become names.
            let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".to_owned());
            if let Some(problem) = span.in_scope(|| foreign(&response)) {
                response = response.into_response(problem.error_response());
            }
            polish(response.headers_mut(), &id, docs);
            (response.status(), route, Ok(response))
        }
        Err(error) => {
            let mut answer = error.error_response();
            polish(answer.headers_mut(), &id, docs);
            (answer.status(), "failed".to_owned(), Err(InternalError::from_response(error, answer).into()))
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    span.record("http.route", &route);
    span.record("otel.name", format!("{method} {route}"));
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    if !is_operational(&route) {
        span.in_scope(|| tracing::debug!(http.duration_s = seconds, "answered"));
    }
    let labels = [
        KeyValue::new("method", method),
        KeyValue::new("route", route),
        KeyValue::new("status", i64::from(status.as_u16())),
    ];
    DURATION.record(seconds, &labels);
    outcome
}

/// The key of somebody who did not say who they are.
pub(crate) fn peer(address: Option<SocketAddr>) -> String {
    address.map_or_else(|| "peer:unknown".to_owned(), |address| format!("peer:{}", address.ip()))
}

/// Limits requests without a token by address; those with one are counted where it is checked.
fn limited(request: &ServiceRequest) -> Result<(), Problem> {
    let counted_later = request.headers().contains_key(header::AUTHORIZATION);
    match request.app_data::<Data<Limiter>>() {
        Some(limiter) if !counted_later && !is_operational(request.path()) => limiter.check(&peer(request.peer_addr())),
        Some(_) | None => Ok(()),
    }
}

/// Never the path, the query or a header's value: they may hold tokens.
fn root_span(request: &ServiceRequest, method: &'static str, id: &str) -> Span {
    if is_operational(request.path()) {
        return Span::none();
    }
    let span = tracing::info_span!(
        "http",
        otel.name = Empty,
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = Empty,
        http.response.status_code = Empty,
        request.id = id,
        caller = Empty,
    );
    if let Some(parent) = request.headers().get("traceparent").and_then(|value| value.to_str().ok()) {
        runtime::trace::set_parent(&span, parent);
    }
    span
}

/// Errors that actix or a handler made without a problem get one; their text stays inside.
fn foreign(response: &ServiceResponse<BoxBody>) -> Option<Problem> {
    let error = response.response().error()?;
    if error.as_error::<Problem>().is_some() {
        return None;
    }
    let status = response.status();
    Some(match status {
        StatusCode::NOT_FOUND => Problem::new(ProblemType::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(ProblemType::MethodNotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(ProblemType::PayloadTooLarge),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(ProblemType::UnsupportedMediaType),
        _ if status.is_server_error() => Problem::internal(error),
        _ if status.is_client_error() => {
            Problem::because(ProblemType::InvalidValue, crate::text::shown(&error.to_string(), 200))
        }
        _ => return None,
    })
}

/// A caller's own id where it is harmless, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let harmless = |id: &&str| {
        (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:/+=".contains(&b))
    };
    given.filter(harmless).map_or_else(|| Uuid::new_v4().to_string(), str::to_owned)
}

/// A closed set, so that invented methods do not become labels.
fn method_name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

fn told(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a text")
}

/// Headers of every answer; a handler that set one itself knows better.
fn polish(headers: &mut HeaderMap, id: &str, docs: bool) {
    // The viewer of the API's document brings inline styles and images of its own, nothing from outside.
    let policy = if docs {
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
    } else {
        "default-src 'none'; frame-ancestors 'none'"
    };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
}
