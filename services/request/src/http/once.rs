//! Writes that may be repeated: the same key hears the same answer, and the work is done once.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::Tx;
use store::idempotency::{self, Begun};
use web::{Caller, IdempotencyKey, Problem, ProblemType};

use super::{Api, problems};

/// An answer that can be kept: the status, the body, and where what was made can be found.
pub struct Answer {
    status: StatusCode,
    body: Value,
}

impl Answer {
    /// Something was made.
    pub fn created(body: &impl Serialize) -> Result<Self, Problem> {
        Self::with(StatusCode::CREATED, body)
    }

    /// Something was done.
    pub fn done(body: &impl Serialize) -> Result<Self, Problem> {
        Self::with(StatusCode::OK, body)
    }

    /// With this status.
    pub fn with(status: StatusCode, body: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self { status, body: serde_json::to_value(body).map_err(Problem::internal)? })
    }

    /// As HTTP; what was made is found at `list` and its id.
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

/// Does the work in one transaction, or answers what it answered before.
pub async fn once(
    api: &Api,
    caller: &Caller,
    IdempotencyKey(key): IdempotencyKey,
    route: &str,
    body: &impl Serialize,
    work: impl AsyncFnOnce(&mut Tx) -> Result<Answer, Problem>,
) -> Result<Answer, Problem> {
    let mut tx = api.begin(caller.actor()).await?;
    let who = caller.key();
    if let Some(key) = &key {
        let bytes = serde_json::to_vec(body).map_err(Problem::internal)?;
        let begun = idempotency::begin(&mut tx, &who, key, route, &Sha256::digest(bytes)).await;
        match begun.map_err(problems::store)? {
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
        kept.map_err(problems::store)?;
    }
    tx.commit().await.map_err(problems::store)?;
    Ok(answer)
}
