//! `GET /v1/views`

use actix_web::{get, web::Data};
use serde::Serialize;
use store::views;
use web::{Caller, Json, Problem};

use super::{ViewView, view};
use crate::http::{Api, problems};

/// The caller's views.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Views {
    /// By name; at most 50.
    pub items: Vec<ViewView>,
}

/// What of the history do I look at again and again?
#[utoipa::path(tag = "views", responses((status = 200, description = "The caller's views.", body = Views)))]
#[get("/v1/views")]
pub async fn list_views(api: Data<Api>, caller: Caller) -> Result<Json<Views>, Problem> {
    let me = caller.require_user()?;
    let mut connection = api.db.read().await.map_err(problems::store)?;
    let found = views::of_owner(&mut connection, &me.id).await.map_err(problems::store)?;
    Ok(Json(Views { items: found.into_iter().map(view).collect() }))
}
