//! `GET /v1/approvals`: what waits for the caller.

use actix_web::get;
use actix_web::web::{Data, Json};
use domain::RequestId;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Caller, Cursor, Limit, Page, Problem, ProblemType, Query};

use super::State;
use super::dto::Waiting;
use crate::usecase::waiting::waiting;

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

/// The pending requests that the caller may still decide about, the newest first.
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
    let before: Option<RequestId> = cursor
        .map(|c| {
            c.id.parse().map_err(|_| {
                Problem::because(ProblemType::InvalidCursor, "Take the cursor from the `next` of the page before.")
            })
        })
        .transpose()?;
    let mut tx = state.db.begin(caller.actor()).await?;
    let found = waiting(&mut tx, &me.id, before, limit.rows()).await?;
    let page = Page::of(found, limit, |summary| Cursor::after("", summary.request.id));
    Ok(Json(page.map(Waiting::from)))
}
