//! `GET /v1/groups`

use actix_web::{get, web::Data};
use serde::Serialize;
use store::directory;
use web::{Caller, Json, Page, Problem, Query};

use super::{Find, after, may_look};
use crate::http::{Api, problems};

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct GroupView {
    /// The immutable id in Identity Store.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The groups in Identity Store, by name.
#[utoipa::path(tag = "directory", params(Find),
    responses((status = 200, description = "A page of groups.", body = Page<GroupView>)))]
#[get("/v1/groups")]
pub async fn list_groups(api: Data<Api>, caller: Caller, find: Query<Find>) -> Result<Json<Page<GroupView>>, Problem> {
    may_look(&caller)?;
    let mut tx = api.begin(caller.actor()).await?;
    let rows = directory::search_groups(tx.connection(), &find.0.search()?).await.map_err(problems::store)?;
    let page = Page::of(rows, find.0.limit, |g| after(&g.name, g.id.as_str()));
    Ok(Json(page.map(|g| GroupView { id: g.id.into(), name: g.name })))
}
