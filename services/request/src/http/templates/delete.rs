//! `DELETE /v1/templates/{id}`

use actix_web::{HttpResponse, delete, web::Data};
use domain::TemplateId;
use store::templates;
use web::{Caller, Path, Problem};

use crate::http::{Api, problems};

/// Forget one of the caller's templates.
#[utoipa::path(tag = "templates", params(("id" = TemplateId, Path, description = "The template.")),
    responses((status = 204, description = "It is forgotten.")))]
#[delete("/v1/templates/{id}")]
pub async fn delete_template(api: Data<Api>, caller: Caller, id: Path<TemplateId>) -> Result<HttpResponse, Problem> {
    let me = caller.require_user()?;
    let mut tx = api.begin(caller.actor()).await?;
    if !templates::delete(&mut tx, &me.id, id.into_inner()).await.map_err(problems::store)? {
        return Err(Problem::not_found("template"));
    }
    tx.commit().await.map_err(problems::store)?;
    Ok(HttpResponse::NoContent().finish())
}
