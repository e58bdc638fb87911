//! `PUT /v1/me/profile`

use actix_web::{put, web::Data};
use domain::profile::Profile;
use store::profiles;
use web::{Caller, Json, Problem};

use crate::http::{Api, problems};

/// Choose how pages look, wherever the caller signs in. What is left out is left to the browser.
#[utoipa::path(tag = "me", request_body = Profile,
    responses((status = 200, description = "It is chosen.", body = Profile)))]
#[put("/v1/me/profile")]
pub async fn change_profile(api: Data<Api>, caller: Caller, body: Json<Profile>) -> Result<Json<Profile>, Problem> {
    let me = caller.require_user()?;
    let profile = body.into_inner();
    let mut tx = api.begin(caller.actor()).await?;
    profiles::save(&mut tx, &me.id, &profile).await.map_err(problems::store)?;
    tx.commit().await.map_err(problems::store)?;
    Ok(Json(profile))
}
