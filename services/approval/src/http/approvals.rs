//! `GET /v1/approvals`: what waits for the caller.

use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Caller, Cursor, Limit, Page, Problem, Query};

use super::State;
use super::waiting_view::Waiting;

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Params {
    /// The `next` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Limit,
}

/// What the caller may decide now, for themselves or for whom they stand in for, the newest first. A request whose
/// pairs are decided apart is there once for each approval.
#[utoipa::path(tag = "approvals", operation_id = "list_approvals", params(Params), responses(
        (status = 200, body = Page<Waiting>),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ), security(("bearer" = [])))]
#[get("/v1/approvals")]
pub async fn list_approvals(
    caller: Caller,
    params: Query<Params>,
    state: Data<State>,
) -> Result<Json<Page<Waiting>>, Problem> {
    let me = caller.require_user()?;
    let Params { cursor, limit } = params.into_inner();
    let after = cursor.map(|c| c.key.parse().ok().zip(c.id.parse().ok()).ok_or_else(Cursor::strange)).transpose()?;
    let found = state.desk.waiting(&me.id, after, limit.rows()).await?;
    let page = Page::of(found, limit, |summary| Cursor::after(summary.request.id, summary.approval.id));
    Ok(Json(page.map(Waiting::from)))
}
