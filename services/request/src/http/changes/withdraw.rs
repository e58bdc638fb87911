//! `POST /v1/changes/{id}/withdraw`

use actix_web::{post, web::Data};
use domain::ChangeId;
use web::{Caller, Json, Path, Problem};

use super::view::ChangeView;
use crate::http::documents::problems::set;
use crate::http::{Api, problems};
use crate::usecase::documents::withdraw;

/// Take back a change that one proposed oneself.
#[utoipa::path(tag = "changes", params(("id" = ChangeId, Path, description = "The change.")),
    responses((status = 200, description = "The change as it stands now.", body = ChangeView)))]
#[post("/v1/changes/{id}/withdraw")]
pub async fn withdraw_change(api: Data<Api>, caller: Caller, id: Path<ChangeId>) -> Result<Json<ChangeView>, Problem> {
    caller.require_admin()?;
    let mut tx = api.begin(caller.actor()).await?;
    let change = withdraw(&mut tx, id.into_inner()).await.map_err(set)?;
    tx.commit().await.map_err(problems::store)?;
    Ok(Json(ChangeView::as_proposed(change)))
}
