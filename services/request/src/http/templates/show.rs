//! `GET /v1/templates/{id}`

use actix_web::{get, web::Data};
use domain::TemplateId;
use store::templates;
use web::{Caller, Json, Path, Problem};

use super::{TemplateView, view};
use crate::http::{Api, problems};

/// One of the caller's templates.
#[utoipa::path(tag = "templates", params(("id" = TemplateId, Path, description = "The template.")),
    responses((status = 200, description = "The template.", body = TemplateView)))]
#[get("/v1/templates/{id}")]
pub async fn show_template(
    api: Data<Api>,
    caller: Caller,
    id: Path<TemplateId>,
) -> Result<Json<TemplateView>, Problem> {
    let me = caller.require_user()?;
    let mut tx = api.begin(caller.actor()).await?;
    let found = templates::get(tx.connection(), &me.id, id.into_inner()).await.map_err(problems::store)?;
    found.map(|template| Json(view(template))).ok_or_else(|| Problem::not_found("template"))
}
