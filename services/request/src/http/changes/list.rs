//! `GET /v1/changes`

use actix_web::{get, web::Data};
use domain::ChangeId;
use serde::Deserialize;
use store::changes::{self, ChangeState};
use web::{Caller, Cursor, Json, Limit, Page, Problem, Query};

use super::view::ChangeView;
use crate::http::{Api, problems};

/// Which page, and of which of them.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichChanges {
    /// Only those in this state: waiting, applied, refused, withdrawn, stale or alone.
    #[param(value_type = Option<String>)]
    state: Option<ChangeState>,
    /// The page after this one.
    cursor: Option<Cursor>,
    /// How many a page has, 1 to 200.
    #[serde(default)]
    limit: Limit,
}

/// Changes that waited for a second admin or still do, and those that one admin made alone; the newest first.
#[utoipa::path(tag = "changes", params(WhichChanges),
    responses((status = 200, description = "A page of changes.", body = Page<ChangeView>)))]
#[get("/v1/changes")]
pub async fn list_changes(
    api: Data<Api>,
    caller: Caller,
    which: Query<WhichChanges>,
) -> Result<Json<Page<ChangeView>>, Problem> {
    caller.require_auditor_or_admin()?;
    let WhichChanges { state, cursor, limit } = which.into_inner();
    let before: Option<ChangeId> = Cursor::id_in(cursor.as_ref())?;
    let mut connection = api.db.read().await.map_err(problems::store)?;
    let rows = changes::list(&mut connection, state, before, limit.rows()).await.map_err(problems::store)?;
    Ok(Json(Page::by_id(rows, limit, |change| change.id).map(ChangeView::as_proposed)))
}
