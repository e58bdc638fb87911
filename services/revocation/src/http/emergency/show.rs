//! `GET /v1/emergency/{id}`

use actix_web::{get, web::Data};
use domain::EmergencyId;
use store::emergencies;
use web::{Caller, Json, Path, Problem};

use super::view::EmergencyView;
use crate::http::State;

/// One use of the emergency button, and how far it is.
#[utoipa::path(tag = "emergency", params(("id" = EmergencyId, Path, description = "The emergency.")),
    responses((status = 200, description = "The emergency.", body = EmergencyView)))]
#[get("/v1/emergency/{id}")]
pub async fn show_emergency(
    state: Data<State>,
    caller: Caller,
    id: Path<EmergencyId>,
) -> Result<Json<EmergencyView>, Problem> {
    caller.require_auditor_or_admin()?;
    let mut connection = state.db.read().await?;
    let found = emergencies::get(&mut connection, id.into_inner()).await?;
    Ok(Json(found.ok_or_else(|| Problem::not_found("emergency"))?.into()))
}
