//! Writes that may be repeated: the same key hears the same answer, and the work is done once.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::idempotency::{self, Begun};
use store::{Db, StoreError, Tx};

use crate::{Caller, IdempotencyKey, Problem, ProblemType};

/// An answer that can be kept: the status, the body, and where what was made can be found.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    body: Value,
}

impl Answer {
    /// Something was made.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn created(body: &impl Serialize) -> Result<Self, Problem> {
        Self::with(StatusCode::CREATED, body)
    }

    /// Something was done.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn done(body: &impl Serialize) -> Result<Self, Problem> {
        Self::with(StatusCode::OK, body)
    }

    /// With this status.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn with(status: StatusCode, body: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self { status, body: serde_json::to_value(body).map_err(Problem::internal)? })
    }

    /// As HTTP; what was made is found at `list` and its id.
    #[must_use]
    pub fn respond(self, list: &str) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if self.status == StatusCode::CREATED
            && let Some(id) = self.body.get("id").and_then(Value::as_str)
        {
            response.insert_header((header::LOCATION, format!("{list}/{id}")));
        }
        response.json(self.body)
    }
}

/// Does the work in one transaction in the caller's name, or answers what it answered before.
///
/// # Errors
/// What the work refuses, a key that came with another request before, or a database that is away.
pub async fn once(
    db: &Db,
    caller: &Caller,
    IdempotencyKey(key): IdempotencyKey,
    route: &str,
    body: &impl Serialize,
    work: impl AsyncFnOnce(&mut Tx) -> Result<Answer, Problem>,
) -> Result<Answer, Problem> {
    let mut tx = db.begin(caller.actor()).await.map_err(problem)?;
    let who = caller.key();
    if let Some(key) = &key {
        let bytes = serde_json::to_vec(body).map_err(Problem::internal)?;
        match idempotency::begin(&mut tx, &who, key, route, &Sha256::digest(bytes)).await.map_err(problem)? {
            Begun::Fresh => {}
            Begun::Replay { status, body } => {
                let status = StatusCode::from_u16(status).map_err(Problem::internal)?;
                return Ok(Answer { status, body });
            }
            Begun::Reused => {
                return Err(Problem::because(
                    ProblemType::IdempotencyKeyReused,
                    "This key came with another body or for another address within the last day; take a new one.",
                ));
            }
        }
    }
    let answer = work(&mut tx).await?;
    if let Some(key) = &key {
        let kept = idempotency::finish(&mut tx, &who, key, answer.status.as_u16(), &answer.body).await;
        kept.map_err(problem)?;
    }
    tx.commit().await.map_err(problem)?;
    Ok(answer)
}

/// Two that met at the same row may try again.
fn problem(error: StoreError) -> Problem {
    if error.is_retriable() { Problem::unavailable(error) } else { error.into() }
}
