//! `GET /v1/webhooks`

use actix_web::{get, web::Data};
use store::endpoints;
use web::{Caller, Cursor, Json, Page, Problem, Query};

use super::State;
use super::dto::{Part, Webhook};

/// Lists the webhook endpoints, the newest first.
#[utoipa::path(
    operation_id = "list_webhooks",
    tag = "webhooks",
    params(Part),
    responses(
        (status = 200, body = Page<Webhook>),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[get("/v1/webhooks")]
pub async fn list_webhooks(
    caller: Caller,
    state: Data<State>,
    part: Query<Part>,
) -> Result<Json<Page<Webhook>>, Problem> {
    caller.require_auditor_or_admin()?;
    let Part { cursor, limit } = part.into_inner();
    let before = Cursor::id_in(cursor.as_ref())?;
    let mut connection = state.db.read().await?;
    let found = endpoints::list(&mut connection, before, limit.rows()).await?;
    let now = state.db.clock().now();
    let page = Page::by_id(found, limit, |endpoint| endpoint.id);
    Ok(Json(page.map(|endpoint| Webhook::of(&endpoint, now))))
}
