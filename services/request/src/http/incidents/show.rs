//! `GET /v1/incidents/{id}`

use actix_web::{get, web::Data};
use domain::IncidentId;
use store::incidents;
use web::{Caller, Json, Path, Problem};

use super::{IncidentView, may_read, view};
use crate::http::{Api, problems};

/// One incident.
#[utoipa::path(tag = "incidents", params(("id" = IncidentId, Path, description = "The incident.")),
    responses((status = 200, description = "The incident.", body = IncidentView)))]
#[get("/v1/incidents/{id}")]
pub async fn show_incident(
    api: Data<Api>,
    caller: Caller,
    id: Path<IncidentId>,
) -> Result<Json<IncidentView>, Problem> {
    may_read(&caller)?;
    let mut tx = api.begin(caller.actor()).await?;
    let found = incidents::get(tx.connection(), id.into_inner()).await.map_err(problems::store)?;
    found.map(|incident| Json(view(incident))).ok_or_else(|| Problem::not_found("incident"))
}
