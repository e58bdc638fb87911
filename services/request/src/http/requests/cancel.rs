//! `POST /v1/requests/{id}/cancel`

use actix_web::{HttpResponse, post, web::Data};
use domain::RequestId;
use serde::{Deserialize, Serialize};
use web::{Caller, IdempotencyKey, Json, Path, Problem};

use super::view;
use crate::http::Api;
use crate::http::once::{Answer, once};
use crate::http::view::RequestView;
use crate::observe;
use crate::usecase::{self, Cancel};

/// Which state of it is taken back.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {
    /// The version that the caller saw; another one is refused.
    version: Option<i64>,
}

/// Take a request back: before its decision, or approved and before its access begins.
#[utoipa::path(tag = "requests", request_body = CancelRequest,
    params(("id" = RequestId, Path, description = "The request."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 200, description = "It is cancelled; one that was approved keeps that state, and its access is.", body = RequestView)))]
#[post("/v1/requests/{id}/cancel")]
pub async fn cancel_request(
    api: Data<Api>,
    caller: Caller,
    key: IdempotencyKey,
    id: Path<RequestId>,
    body: Json<CancelRequest>,
) -> Result<HttpResponse, Problem> {
    caller.require_user()?;
    let (id, body) = (id.into_inner(), body.into_inner());
    let mut changed = false;
    let answer = once(&api, &caller, key, &format!("POST /v1/requests/{id}/cancel"), &body, async |tx| {
        usecase::cancel(tx, &Cancel { request: id, version: body.version }).await?;
        changed = !tx.facts().is_empty();
        Answer::done(&view(tx, id).await?)
    })
    .await?;
    if changed {
        observe::cancelled(id);
    }
    Ok(answer.respond("/v1/requests"))
}
