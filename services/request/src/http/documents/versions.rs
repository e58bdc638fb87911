//! `GET /v1/rules/{id}/versions` and its like

use actix_web::web::Data;
use store::documents;
use uuid::Uuid;
use web::{Caller, Cursor, Json, Page, Problem};

use super::spec::Spec;
use super::{Paged, Version};
use crate::http::{Api, problems};
use crate::usecase::documents::word;

/// Every version of one, the newest first, also after it was deleted.
pub async fn versions<S: Spec>(
    api: Data<Api>,
    caller: Caller,
    id: Uuid,
    paged: Paged,
) -> Result<Json<Page<Version<S>>>, Problem> {
    caller.require_auditor_or_admin()?;
    let Paged { cursor, limit } = paged;
    let before: Option<i64> = Cursor::id_in(cursor.as_ref())?;
    let mut connection = api.db.read().await.map_err(problems::store)?;
    let all = documents::versions(&mut connection, S::KIND, id).await.map_err(problems::store)?;
    if all.is_empty() {
        return Err(Problem::not_found(word(S::KIND)));
    }
    let rows = all.into_iter().filter(|v| before.is_none_or(|before| v.version < before)).map(Version::of).collect();
    Ok(Json(Page::by_id(rows, limit, Version::version)))
}
