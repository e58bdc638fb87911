//! `POST /v1/webhooks/deliveries/{id}/replay`

use actix_web::{HttpResponse, post, web::Data};
use domain::DeliveryId;
use web::{Caller, Path, Problem};

use super::State;
use super::dto::DeliveryView;
use crate::usecase::replay_delivery::{ReplayError, replay_delivery as replay};

/// Sends a message again, whatever became of it, with the same `webhook-id` or `Message-ID`.
#[utoipa::path(
    operation_id = "replay_delivery",
    tag = "webhooks",
    params(("id" = DeliveryId, Path, description = "The message")),
    responses(
        (status = 202, body = DeliveryView),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[post("/v1/webhooks/deliveries/{id}/replay")]
pub async fn replay_delivery(
    caller: Caller,
    state: Data<State>,
    id: Path<DeliveryId>,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let mut tx = state.db.begin(caller.actor()).await?;
    let delivery = replay(&mut tx, id.into_inner()).await.map_err(|error| match error {
        ReplayError::Unknown => Problem::not_found("delivery"),
        ReplayError::NobodyThere(how) => Problem::conflict("replay this, the endpoint", "enabled", how),
        ReplayError::Store(error) => error.into(),
    })?;
    tx.commit().await?;
    state.bell.notify_one();
    Ok(HttpResponse::Accepted().json(DeliveryView::from(delivery)))
}
