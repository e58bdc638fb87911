//! `POST /v1/changes/{id}/apply`

use actix_web::{post, web::Data};
use domain::ChangeId;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, Json, Path, Problem};

use super::propose::ChangesMade;
use crate::http::documents::problems::set;
use crate::http::{Api, problems};
use crate::usecase::documents::agree;

/// What the caller saw.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The revision that the change showed; where documents have moved on since, it is refused.
    #[serde(default)]
    revision: Option<i64>,
}

/// Agree to a change as the second admin; it is in force at once.
#[utoipa::path(tag = "changes", request_body = Agreement,
    params(("id" = ChangeId, Path, description = "The change.")),
    responses((status = 200, description = "It is in force.", body = ChangesMade)))]
#[post("/v1/changes/{id}/apply")]
pub async fn apply_change(
    api: Data<Api>,
    caller: Caller,
    id: Path<ChangeId>,
    body: Json<Agreement>,
) -> Result<Json<ChangesMade>, Problem> {
    caller.require_admin()?;
    let mut tx = api.begin(caller.actor()).await?;
    let applied = agree(&mut tx, &api.desk(), id.into_inner(), body.into_inner().revision).await.map_err(set)?;
    tx.commit().await.map_err(problems::store)?;
    Ok(Json(applied.into()))
}
