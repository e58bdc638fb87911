//! `POST /v1/webhooks/{id}/rotate`

use actix_web::{post, web::Data};
use domain::EndpointId;
use web::{Caller, Json, Path, Problem};

use super::State;
use super::dto::WebhookWithSecret;
use crate::usecase::rotate_secret::rotate_secret;

/// Gives a webhook endpoint a new secret. For 24 hours the old one signs beside it.
#[utoipa::path(
    operation_id = "rotate_webhook_secret",
    tag = "webhooks",
    params(("id" = EndpointId, Path, description = "The endpoint")),
    responses(
        (status = 200, body = WebhookWithSecret),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[post("/v1/webhooks/{id}/rotate")]
pub async fn rotate_webhook_secret(
    caller: Caller,
    state: Data<State>,
    id: Path<EndpointId>,
) -> Result<Json<WebhookWithSecret>, Problem> {
    caller.require_admin()?;
    let mut tx = state.db.begin(caller.actor()).await?;
    let rotated = rotate_secret(&mut tx, id.into_inner(), rand::random()).await?;
    let endpoint = rotated.ok_or_else(|| Problem::not_found("webhook"))?;
    let now = tx.now();
    tx.commit().await?;
    Ok(Json(WebhookWithSecret::of(endpoint, now)))
}
