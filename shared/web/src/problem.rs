//! The one form of an error: RFC 9457, `application/problem+json`.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    body::BoxBody,
    http::{StatusCode, header},
};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::ProblemType;

/// An answer that says what is wrong and what would be right.
///
/// Answers of 500 and above never carry the inner error: it is logged once, with the id that the
/// answer shows as `error_id`.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: ProblemType,
    detail: Option<String>,
    members: Map<String, Value>,
    headers: Vec<(header::HeaderName, String)>,
}

/// How a [`Problem`] looks on the wire.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Stable name of the kind of problem, `urn:curfew:problem:` and a word.
    #[serde(rename = "type")]
    #[schema(example = "urn:curfew:problem:unknown-account")]
    kind: String,
    /// The same short sentence for every problem of this type.
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// What is wrong this time, and what would be right.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// More, by type: `path`, `expected`, `state`, `error_id`.
    #[serde(flatten)]
    #[schema(additional_properties)]
    members: Map<String, Value>,
}

impl Problem {
    /// A problem of this type without more to say.
    #[must_use]
    pub fn new(kind: ProblemType) -> Self {
        Self { kind, detail: None, members: Map::new(), headers: Vec::new() }
    }

    /// A problem with a sentence about this case.
    #[must_use]
    pub fn because(kind: ProblemType, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..Self::new(kind) }
    }

    /// An error inside Curfew: logged here with an id, which is all that the caller sees.
    #[must_use]
    pub fn internal(error: impl fmt::Display) -> Self {
        Self::hidden(ProblemType::Internal, error)
    }

    /// Something that is needed is away: logged here with an id. The caller may try again.
    #[must_use]
    pub fn unavailable(error: impl fmt::Display) -> Self {
        Self::hidden(ProblemType::Unavailable, error).header(header::RETRY_AFTER, "2")
    }

    pub(crate) fn hidden(kind: ProblemType, error: impl fmt::Display) -> Self {
        let id = Uuid::new_v4();
        tracing::error!(error.id = %id, problem = kind.slug(), "{error:#}");
        Self::because(kind, format!("It is in the log as {id}.")).with("error_id", id.to_string())
    }

    /// The state allows it no more: 409 with the state that the caller counted on and the true one.
    #[must_use]
    pub fn conflict(tried: &str, from: impl fmt::Display, state: impl fmt::Display) -> Self {
        let (from, state) = (from.to_string(), state.to_string());
        Self::because(ProblemType::StateConflict, format!("To {tried} it must be {from}; it is {state}."))
            .with("expected_state", from)
            .with("state", state)
    }

    /// Nothing with this id that the caller may see.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::because(ProblemType::NotFound, format!("There is no such {what}, or it is not yours to see."))
    }

    /// Adds a member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> ProblemType {
        self.kind
    }

    /// The sentence about this case.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Its form on the wire.
    #[must_use]
    pub fn body(&self) -> ProblemBody {
        ProblemBody {
            kind: self.kind.urn(),
            title: self.kind.title(),
            status: self.kind.status().as_u16(),
            detail: self.detail.clone(),
            members: self.members.clone(),
        }
    }
}

/// What the store could not do, for handlers that know no better: a race lost is the caller's to know, a database
/// that is away is worth another try, and the rest is ours.
impl From<store::StoreError> for Problem {
    fn from(error: store::StoreError) -> Self {
        match error {
            store::StoreError::Raced { what } => Self::because(
                ProblemType::StaleVersion,
                format!("Somebody else changed {what} at the same time. Look again."),
            ),
            away if away.is_away() => Self::unavailable(away),
            other => Self::internal(other),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.slug(), self.detail.as_deref().unwrap_or_else(|| self.kind.title()))
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.status()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut answer = HttpResponse::build(self.kind.status());
        if self.kind.status() == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, challenge(self.kind)));
        }
        for (name, value) in &self.headers {
            answer.insert_header((name.clone(), value.as_str()));
        }
        let body = serde_json::to_string(&self.body()).unwrap_or_default();
        answer.content_type("application/problem+json").body(body)
    }
}

/// RFC 6750: why the token was refused, in the words that clients know.
const fn challenge(kind: ProblemType) -> &'static str {
    match kind {
        ProblemType::InvalidToken => "Bearer realm=\"curfew\", error=\"invalid_token\"",
        ProblemType::ExpiredToken => "Bearer realm=\"curfew\", error=\"invalid_token\", error_description=\"expired\"",
        _ => "Bearer realm=\"curfew\"",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    async fn json(problem: &Problem) -> Value {
        serde_json::from_slice(&to_bytes(problem.error_response().into_body()).await.unwrap()).unwrap()
    }

    #[actix_web::test]
    async fn a_conflict_names_both_states() {
        let problem = Problem::conflict("approve", "pending", "cancelled");
        assert_eq!(
            json(&problem).await,
            serde_json::json!({
                "type": "urn:curfew:problem:state-conflict", "title": "The state does not allow this any more", "status": 409,
                "detail": "To approve it must be pending; it is cancelled.", "expected_state": "pending", "state": "cancelled",
            })
        );
    }

    #[actix_web::test]
    async fn an_inner_error_is_not_shown() {
        let problem = Problem::internal("password=hunter2");
        let body = json(&problem).await;
        assert_eq!(body["status"], 500);
        assert!(!body.to_string().contains("hunter2"));
        assert!(body["detail"].as_str().unwrap().contains(body["error_id"].as_str().unwrap()));
    }

    #[test]
    fn a_refused_token_comes_with_a_challenge() {
        for (kind, challenge) in [
            (ProblemType::MissingToken, "Bearer realm=\"curfew\""),
            (ProblemType::InvalidToken, "Bearer realm=\"curfew\", error=\"invalid_token\""),
        ] {
            let answer = Problem::new(kind).error_response();
            assert_eq!(answer.headers().get("www-authenticate").unwrap(), challenge);
            assert_eq!(answer.headers().get("content-type").unwrap(), "application/problem+json");
        }
    }
}
