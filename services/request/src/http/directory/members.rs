//! `GET /v1/groups/{id}/members`

use actix_web::{get, web::Data};
use domain::GroupId;
use store::directory;
use web::{Caller, Json, Page, Path, Problem, Query};

use super::users::UserView;
use super::{Find, after};
use crate::http::{Api, problems};

/// Who is in this group, by display name, disabled people too? For auditors and admins.
#[utoipa::path(tag = "directory", params(("id" = GroupId, Path, description = "The group."), Find),
    responses((status = 200, description = "A page of people.", body = Page<UserView>)))]
#[get("/v1/groups/{id}/members")]
pub async fn list_members(
    api: Data<Api>,
    caller: Caller,
    id: Path<GroupId>,
    find: Query<Find>,
) -> Result<Json<Page<UserView>>, Problem> {
    caller.require_auditor_or_admin()?;
    let group = id.into_inner();
    let mut connection = api.db.read().await.map_err(problems::store)?;
    let known = directory::group_names(&mut connection, std::slice::from_ref(&group)).await.map_err(problems::store)?;
    if known.is_empty() {
        return Err(Problem::not_found("group"));
    }
    let rows = directory::search_members(&mut connection, &group, &find.0.search()?).await.map_err(problems::store)?;
    let page = Page::of(rows, find.0.limit, |u| after(&u.display_name, u.id.as_str()));
    Ok(Json(page.map(UserView::whole)))
}
