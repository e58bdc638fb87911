//! `GET /v1/rules/{id}` and its like

use actix_web::web::Data;
use store::documents;
use uuid::Uuid;
use web::{Caller, Json, Problem};

use super::Kept;
use super::spec::Spec;
use crate::http::{Api, problems};
use crate::usecase::documents::word;

/// One in force.
pub async fn show<S: Spec>(api: Data<Api>, caller: Caller, id: Uuid) -> Result<Json<Kept<S>>, Problem> {
    caller.require_auditor_or_admin()?;
    let mut connection = api.db.read().await.map_err(problems::store)?;
    let document = documents::get(&mut connection, S::KIND, id).await.map_err(problems::store)?;
    document.and_then(Kept::of).map(Json).ok_or_else(|| Problem::not_found(word(S::KIND)))
}
