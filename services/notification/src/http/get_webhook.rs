//! `GET /v1/webhooks/{id}`

use actix_web::{get, web::Data};
use domain::EndpointId;
use store::endpoints;
use web::{Caller, Json, Path, Problem};

use super::State;
use super::dto::Webhook;

/// Shows one webhook endpoint.
#[utoipa::path(
    operation_id = "get_webhook",
    tag = "webhooks",
    params(("id" = EndpointId, Path, description = "The endpoint")),
    responses(
        (status = 200, body = Webhook),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[get("/v1/webhooks/{id}")]
pub async fn get_webhook(caller: Caller, state: Data<State>, id: Path<EndpointId>) -> Result<Json<Webhook>, Problem> {
    caller.require_auditor_or_admin()?;
    let mut connection = state.db.read().await?;
    let found = endpoints::get(&mut connection, id.into_inner()).await?;
    let endpoint = found.ok_or_else(|| Problem::not_found("webhook"))?;
    Ok(Json(Webhook::of(&endpoint, state.db.clock().now())))
}
