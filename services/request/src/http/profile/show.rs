//! `GET /v1/me/profile`

use actix_web::{get, web::Data};
use domain::profile::Profile;
use store::profiles;
use web::{Caller, Json, Problem};

use crate::http::{Api, problems};

/// What the caller chose; nothing where they never did.
#[utoipa::path(tag = "me", responses((status = 200, description = "What was chosen.", body = Profile)))]
#[get("/v1/me/profile")]
pub async fn show_profile(api: Data<Api>, caller: Caller) -> Result<Json<Profile>, Problem> {
    let me = caller.require_user()?;
    let mut connection = api.db.read().await.map_err(problems::store)?;
    let found = profiles::get(&mut connection, &me.id).await.map_err(problems::store)?;
    Ok(Json(found.unwrap_or_default()))
}
