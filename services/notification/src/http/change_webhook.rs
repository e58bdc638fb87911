//! `PATCH /v1/webhooks/{id}`

use actix_web::{patch, web::Data};
use domain::EndpointId;
use web::{Caller, Json, Path, Problem};

use super::dto::{Webhook, WebhookChange};
use super::{State, address_problem};
use crate::usecase::change_endpoint::{Change, ChangeError, change_endpoint};

/// Moves, pauses or resumes a webhook endpoint.
#[utoipa::path(
    operation_id = "change_webhook",
    tag = "webhooks",
    params(("id" = EndpointId, Path, description = "The endpoint")),
    request_body = WebhookChange,
    responses(
        (status = 200, body = Webhook),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[patch("/v1/webhooks/{id}")]
pub async fn change_webhook(
    caller: Caller,
    state: Data<State>,
    id: Path<EndpointId>,
    change: Json<WebhookChange>,
) -> Result<Json<Webhook>, Problem> {
    caller.require_admin()?;
    let WebhookChange { url, enabled } = change.into_inner();
    let mut tx = state.db.begin(caller.actor()).await?;
    let changed = change_endpoint(&mut tx, id.into_inner(), &Change { url, enabled }, state.reach).await;
    let endpoint = changed.map_err(|error| match error {
        ChangeError::Unknown => Problem::not_found("webhook"),
        ChangeError::Address(refused) => address_problem(&refused),
        ChangeError::Store(error) => error.into(),
    })?;
    let now = tx.now();
    tx.commit().await?;
    state.bell.notify_one();
    Ok(Json(Webhook::of(&endpoint, now)))
}
