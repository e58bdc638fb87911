//! `GET /v1/organizational-units`

use actix_web::{get, web::Data};
use serde::Serialize;
use store::directory;
use web::{Caller, Json, Page, Problem, Query};

use super::{Find, after, may_look};
use crate::http::{Api, problems};

/// The root, or an organizational unit.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UnitView {
    /// `r-...` or `ou-...`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The unit above it; none for the root.
    pub parent: Option<String>,
}

/// The root and the organizational units, by name.
#[utoipa::path(tag = "directory", params(Find),
    responses((status = 200, description = "A page of organizational units.", body = Page<UnitView>)))]
#[get("/v1/organizational-units")]
pub async fn list_organizational_units(
    api: Data<Api>,
    caller: Caller,
    find: Query<Find>,
) -> Result<Json<Page<UnitView>>, Problem> {
    may_look(&caller)?;
    let mut tx = api.begin(caller.actor()).await?;
    let rows = directory::search_units(tx.connection(), &find.0.search()?).await.map_err(problems::store)?;
    let page = Page::of(rows, find.0.limit, |u| after(&u.name, &u.id));
    Ok(Json(page.map(|u| UnitView { id: u.id, name: u.name, parent: u.parent })))
}
