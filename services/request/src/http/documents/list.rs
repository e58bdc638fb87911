//! `GET /v1/rules` and its like

use actix_web::web::Data;
use store::documents;
use uuid::Uuid;
use web::{Caller, Cursor, Json, Page, Problem};

use super::spec::Spec;
use super::{Kept, Which};
use crate::http::{Api, problems};

/// Those in force, the oldest first.
pub async fn list<S: Spec>(api: Data<Api>, caller: Caller, which: Which) -> Result<Json<Page<Kept<S>>>, Problem> {
    caller.require_auditor_or_admin()?;
    let Which { name, cursor, limit } = which;
    let after: Option<Uuid> = Cursor::id_in(cursor.as_ref())?;
    let mut connection = api.db.read().await.map_err(problems::store)?;
    let rows = documents::page(&mut connection, S::KIND, name.as_deref(), after, limit.rows()).await;
    let rows = rows.map_err(problems::store)?.into_iter().filter_map(Kept::of).collect();
    Ok(Json(Page::by_id(rows, limit, Kept::id)))
}
