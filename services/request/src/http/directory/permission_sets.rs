//! `GET /v1/permission-sets`

use actix_web::{get, web::Data};
use serde::Serialize;
use store::directory;
use web::{Caller, Json, Page, Problem, Query};

use super::{Find, after, may_look};
use crate::http::{Api, problems};

/// A permission set.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PermissionSetView {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How long a session with it lasts, in minutes.
    pub session_minutes: i64,
}

/// The permission sets, by name.
#[utoipa::path(tag = "directory", params(Find),
    responses((status = 200, description = "A page of permission sets.", body = Page<PermissionSetView>)))]
#[get("/v1/permission-sets")]
pub async fn list_permission_sets(
    api: Data<Api>,
    caller: Caller,
    find: Query<Find>,
) -> Result<Json<Page<PermissionSetView>>, Problem> {
    may_look(&caller)?;
    let mut tx = api.begin(caller.actor()).await?;
    let rows = directory::search_permission_sets(tx.connection(), &find.0.search()?).await.map_err(problems::store)?;
    let page = Page::of(rows, find.0.limit, |p| after(&p.name, p.arn.as_str()));
    Ok(Json(page.map(|p| PermissionSetView {
        arn: p.arn.into(),
        name: p.name,
        description: p.description,
        session_minutes: p.session_s / 60,
    })))
}
