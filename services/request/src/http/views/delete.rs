//! `DELETE /v1/views/{id}`

use actix_web::{HttpResponse, delete, web::Data};
use domain::ViewId;
use store::views;
use web::{Caller, Path, Problem};

use crate::http::{Api, problems};

/// Forget one of the caller's views.
#[utoipa::path(tag = "views", params(("id" = ViewId, Path, description = "The view.")),
    responses((status = 204, description = "It is forgotten.")))]
#[delete("/v1/views/{id}")]
pub async fn delete_view(api: Data<Api>, caller: Caller, id: Path<ViewId>) -> Result<HttpResponse, Problem> {
    let me = caller.require_user()?;
    let mut tx = api.begin(caller.actor()).await?;
    if !views::delete(&mut tx, &me.id, id.into_inner()).await.map_err(problems::store)? {
        return Err(Problem::not_found("view"));
    }
    tx.commit().await.map_err(problems::store)?;
    Ok(HttpResponse::NoContent().finish())
}
