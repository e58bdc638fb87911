//! `GET /v1/rules` and its like

use actix_web::web::Data;
use store::documents;
use uuid::Uuid;
use web::{Caller, Cursor, Json, Page, Problem, ProblemType};

use super::spec::Spec;
use super::{Kept, Which};
use crate::http::{Api, problems};

/// Those in force, the oldest first.
pub async fn list<S: Spec>(api: Data<Api>, caller: Caller, which: Which) -> Result<Json<Page<Kept<S>>>, Problem> {
    caller.require_auditor_or_admin()?;
    let Which { name, cursor, limit } = which;
    let after: Option<Uuid> = match cursor {
        None => None,
        Some(cursor) => Some(cursor.id.parse().map_err(|_| Problem::new(ProblemType::InvalidCursor))?),
    };
    let mut connection = api.db.read().await.map_err(problems::store)?;
    let rows = documents::page(&mut connection, S::KIND, name.as_deref(), after, limit.rows()).await;
    let rows = rows.map_err(problems::store)?.into_iter().filter_map(Kept::of).collect();
    Ok(Json(Page::of(rows, limit, |kept: &Kept<S>| Cursor::after("", kept.id()))))
}
