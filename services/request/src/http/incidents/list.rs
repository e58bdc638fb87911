//! `GET /v1/incidents`

use actix_web::{get, web::Data};
use domain::IncidentId;
use serde::Deserialize;
use store::incidents;
use web::{Caller, Cursor, Json, Limit, Page, Problem, Query};

use super::{IncidentView, may_read, view};
use crate::http::{Api, problems};

/// Which incidents.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Only those that are open, or only those that are over.
    open: Option<bool>,
    /// The page after this one.
    cursor: Option<Cursor>,
    /// How many a page has, 1 to 200.
    #[serde(default)]
    limit: Limit,
}

/// Incidents, the newest first.
#[utoipa::path(tag = "incidents", params(Which),
    responses((status = 200, description = "A page of incidents.", body = Page<IncidentView>)))]
#[get("/v1/incidents")]
pub async fn list_incidents(
    api: Data<Api>,
    caller: Caller,
    which: Query<Which>,
) -> Result<Json<Page<IncidentView>>, Problem> {
    may_read(&caller)?;
    let Which { open, cursor, limit } = which.into_inner();
    let before: Option<IncidentId> = Cursor::id_in(cursor.as_ref())?;
    let mut tx = api.begin(caller.actor()).await?;
    let rows = incidents::list(tx.connection(), open, before, limit.rows()).await.map_err(problems::store)?;
    Ok(Json(Page::by_id(rows, limit, |incident| incident.id).map(view)))
}
