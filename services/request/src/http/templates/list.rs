//! `GET /v1/templates`

use actix_web::{get, web::Data};
use serde::Serialize;
use store::templates;
use web::{Caller, Json, Problem};

use super::{TemplateView, view};
use crate::http::{Api, problems};

/// The caller's templates.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Templates {
    /// Those asked for last first, then by name; at most 100.
    pub items: Vec<TemplateView>,
}

/// What do I ask for again and again?
#[utoipa::path(tag = "templates", responses((status = 200, description = "The caller's templates.", body = Templates)))]
#[get("/v1/templates")]
pub async fn list_templates(api: Data<Api>, caller: Caller) -> Result<Json<Templates>, Problem> {
    let me = caller.require_user()?;
    let mut tx = api.begin(caller.actor()).await?;
    let found = templates::of_owner(tx.connection(), &me.id).await.map_err(problems::store)?;
    Ok(Json(Templates { items: found.into_iter().map(view).collect() }))
}
