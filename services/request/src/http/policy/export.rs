//! `GET /v1/policy/export`

use actix_web::{get, web::Data};
use serde::Serialize;
use web::{Caller, Json, Problem};

use super::may_read;
use crate::http::{Api, problems};
use crate::usecase::policy::standing;

/// Everything in force as one file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Exported {
    /// The revision that it is of.
    revision: i64,
    /// The file, YAML.
    text: String,
}

/// Everything that admins write, as one file that can be planned and applied again. For admins, auditors, and machines
/// with the scope `policy:read`.
#[utoipa::path(tag = "policy", responses((status = 200, description = "The file.", body = Exported)))]
#[get("/v1/policy/export")]
pub async fn export_policy(api: Data<Api>, caller: Caller) -> Result<Json<Exported>, Problem> {
    may_read(&caller)?;
    let mut tx = api.begin(caller.actor()).await?;
    let standing = standing(&mut tx).await.map_err(problems::store)?;
    let text = policy::export(&standing.books.documents, &standing.directory);
    Ok(Json(Exported { revision: standing.books.revision, text }))
}
