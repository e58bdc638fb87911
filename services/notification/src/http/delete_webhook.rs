//! `DELETE /v1/webhooks/{id}`

use actix_web::{HttpResponse, delete, web::Data};
use domain::EndpointId;
use web::{Caller, Path, Problem};

use super::State;
use crate::usecase::delete_endpoint::delete_endpoint;

/// Removes a webhook endpoint; what was on its way to it is given up.
#[utoipa::path(
    operation_id = "delete_webhook",
    tag = "webhooks",
    params(("id" = EndpointId, Path, description = "The endpoint")),
    responses(
        (status = 204),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[delete("/v1/webhooks/{id}")]
pub async fn delete_webhook(caller: Caller, state: Data<State>, id: Path<EndpointId>) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let mut tx = state.db.begin(caller.actor()).await?;
    if !delete_endpoint(&mut tx, id.into_inner()).await? {
        return Err(Problem::not_found("webhook"));
    }
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
