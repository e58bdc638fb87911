//! `POST /v1/grants/{id}/end`

use actix_web::{post, web::Data};
use domain::GrantId;
use serde::Deserialize;
use web::{Caller, Json, Path, Problem};

use super::State;
use super::view::Ending;
use crate::usecase;

/// Which version of the grant the caller saw.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndGrant {
    /// Refuse if the grant is no longer at this version.
    version: Option<i64>,
}

/// Gives access back before its time. Ending what has ended by the same word changes nothing.
#[utoipa::path(
    tag = "grants",
    operation_id = "end_grant",
    params(("id" = GrantId, Path, description = "The grant")),
    request_body = EndGrant,
    responses(
        (status = 200, body = Ending),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[post("/v1/grants/{id}/end")]
pub async fn end_grant(
    state: Data<State>,
    caller: Caller,
    id: Path<GrantId>,
    body: Json<EndGrant>,
) -> Result<Json<Ending>, Problem> {
    let person = caller.require_user()?.id.clone();
    let mut tx = state.db.begin(caller.actor()).await?;
    let ended = usecase::end(&mut tx, id.into_inner(), &person, body.into_inner().version).await?;
    tx.commit().await?;
    Ok(Json(ended.into()))
}
