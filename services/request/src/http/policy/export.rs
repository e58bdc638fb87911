//! `GET /v1/policy/export`

use actix_web::{get, web::Data};
use policy::File;
use serde::Serialize;
use web::{Caller, Json, Problem};

use super::may_read;
use crate::http::{Api, problems};
use crate::usecase::policy::standing;

/// Everything in force as files.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Exported {
    /// The revision that they are of.
    revision: i64,
    /// One, or several where one would be too large to be read again.
    files: Vec<File>,
}

/// Everything that admins write, as files that can be planned and applied again. For admins, auditors, and machines
/// with the scope `policy:read`.
#[utoipa::path(tag = "policy", responses((status = 200, description = "The files.", body = Exported)))]
#[get("/v1/policy/export")]
pub async fn export_policy(api: Data<Api>, caller: Caller) -> Result<Json<Exported>, Problem> {
    may_read(&caller)?;
    let mut tx = api.begin(caller.actor()).await?;
    let standing = standing(&mut tx).await.map_err(problems::store)?;
    let files = policy::export_files(&standing.books.documents, &standing.directory);
    Ok(Json(Exported { revision: standing.books.revision, files }))
}
