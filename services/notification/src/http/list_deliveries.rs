//! `GET /v1/webhooks/deliveries`

use actix_web::{get, web::Data};
use store::deliveries::{self, Filter};
use web::{Caller, Cursor, Json, Page, Problem, Query};

use super::State;
use super::dto::{DeliveryFilter, DeliveryView};

/// Lists messages to endpoints and people, the newest first.
#[utoipa::path(
    operation_id = "list_deliveries",
    tag = "webhooks",
    params(DeliveryFilter),
    responses(
        (status = 200, body = Page<DeliveryView>),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[get("/v1/webhooks/deliveries")]
pub async fn list_deliveries(
    caller: Caller,
    state: Data<State>,
    filter: Query<DeliveryFilter>,
) -> Result<Json<Page<DeliveryView>>, Problem> {
    caller.require_auditor_or_admin()?;
    let wanted = filter.into_inner();
    let before = Cursor::id_in(wanted.cursor.as_ref())?;
    let filter = Filter {
        channel: wanted.channel.map(Into::into),
        recipient: wanted.endpoint.map(|id| id.to_string()),
        state: wanted.state.map(Into::into),
        before,
        limit: wanted.limit.rows(),
    };
    let mut connection = state.db.read().await?;
    let found = deliveries::list(&mut connection, &filter).await?;
    let page = Page::by_id(found, wanted.limit, |delivery| delivery.id);
    Ok(Json(page.map(DeliveryView::from)))
}
