//! JSON bodies.

use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, body::BoxBody, dev::Payload, http::header};
use futures_util::{StreamExt, future::LocalBoxFuture};
use serde::{Serialize, de::DeserializeOwned};

use super::explain::explain;
use crate::{Problem, ProblemType, auth::after_caller, text::shown};

/// The most bytes that a body may have.
pub const BODY_MOST: usize = 256 * 1024;

/// How much of a body that is too large is read and thrown away, so that its sender hears why.
const DRAIN_MOST: usize = 8 * 1024 * 1024;

/// A JSON body of at most 256 KiB, and a JSON answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// What is in it.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (caller, acceptable) = (after_caller(request), content_type(request));
        let payload = payload.take();
        Box::pin(async move {
            caller.await;
            acceptable?;
            parse(&read(payload, BODY_MOST).await?).map(Self)
        })
    }
}

/// A JSON body that may be larger than others. It is read when the handler asks for it, which is after it has looked
/// at who calls.
pub struct Upload {
    payload: Payload,
    acceptable: Result<(), Problem>,
}

impl Upload {
    /// The body, of at most so many bytes.
    ///
    /// # Errors
    /// As with [`Json`].
    pub async fn json<T: DeserializeOwned>(self, most: usize) -> Result<T, Problem> {
        self.acceptable?;
        parse(&read(self.payload, most).await?)
    }
}

impl FromRequest for Upload {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (caller, acceptable) = (after_caller(request), content_type(request));
        let payload = payload.take();
        Box::pin(async move {
            caller.await;
            Ok(Self { payload, acceptable })
        })
    }
}

impl<T: Serialize> Responder for Json<T> {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(self.0)
    }
}

fn content_type(request: &HttpRequest) -> Result<(), Problem> {
    let refuse = |detail: &str| Err(Problem::because(ProblemType::UnsupportedMediaType, detail));
    if request.headers().get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return refuse("Send the body without a content encoding.");
    }
    let given = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json")) {
        return Ok(());
    }
    if given.is_empty() {
        return refuse("Send the header `Content-Type: application/json`.");
    }
    refuse(&format!("The content type is `{}`; send `application/json`.", shown(given, 60)))
}

async fn read(mut payload: Payload, most: usize) -> Result<Vec<u8>, Problem> {
    let (mut body, mut seen) = (Vec::new(), 0_usize);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::because(ProblemType::MalformedJson, "The body ended too early."))?;
        seen = seen.saturating_add(chunk.len());
        if seen <= most {
            body.extend_from_slice(&chunk);
        } else if seen > DRAIN_MOST.max(most) {
            break;
        }
    }
    if seen > most {
        return Err(Problem::because(ProblemType::PayloadTooLarge, format!("A body has at most {most} bytes."))
            .with("limit", most));
    }
    Ok(body)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // serde would take a list for a struct, field by field; no document says so.
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(explain("invalid type: a list, expected a map").problem("."));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() { explain(&inner.to_string()).problem(&path) } else { malformed(&inner) }
    })?;
    deserializer.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::because(ProblemType::MalformedJson, format!("It stops being JSON: {}.", shown(&error.to_string(), 200)))
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
