//! `POST /v1/webhooks`

use actix_web::{HttpResponse, post, web::Data};
use web::{Caller, Json, Problem};

use super::dto::{NewWebhook, WebhookWithSecret};
use super::{State, address_problem};
use crate::usecase::create_endpoint::{CreateError, create_endpoint};

/// Makes a webhook endpoint. Its secret is in this answer and never shown again.
#[utoipa::path(
    operation_id = "create_webhook",
    tag = "webhooks",
    request_body = NewWebhook,
    responses(
        (status = 201, body = WebhookWithSecret, headers(("Location" = String))),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[post("/v1/webhooks")]
pub async fn create_webhook(
    caller: Caller,
    state: Data<State>,
    new: Json<NewWebhook>,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let new = new.into_inner();
    let mut tx = state.db.begin(caller.actor()).await?;
    let made = create_endpoint(&mut tx, &new.url, new.enabled, state.reach, rand::random()).await;
    let endpoint = made.map_err(|error| match error {
        CreateError::Address(refused) => address_problem(&refused),
        CreateError::Store(error) => error.into(),
    })?;
    let now = tx.now();
    tx.commit().await?;
    let location = format!("/v1/webhooks/{}", endpoint.id);
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(WebhookWithSecret::of(endpoint, now)))
}
