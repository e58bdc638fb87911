//! `GET /v1/policy/export`

use actix_web::{get, web::Data};
use policy::File;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use web::{Caller, Json, Problem, Query};

use super::may_read;
use crate::http::{Api, problems};
use crate::usecase::policy::{standing, standing_around};

/// What is written.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichDocument {
    /// Only this document; all of them where none is named.
    document: Option<Uuid>,
}

/// Everything in force as files.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Exported {
    /// The revision that they are of.
    revision: i64,
    /// One, or several where one would be too large to be read again.
    files: Vec<File>,
}

/// Everything that admins write, or one document of it, as files that can be planned and applied again. For admins, auditors, and machines
/// with the scope `policy:read`.
#[utoipa::path(tag = "policy", params(WhichDocument), responses((status = 200, description = "The files.", body = Exported)))]
#[get("/v1/policy/export")]
pub async fn export_policy(
    api: Data<Api>,
    caller: Caller,
    which: Query<WhichDocument>,
) -> Result<Json<Exported>, Problem> {
    may_read(&caller)?;
    let mut tx = api.begin(caller.actor()).await?;
    let (standing, files) = match which.into_inner().document {
        None => {
            let standing = standing(&mut tx).await.map_err(problems::store)?;
            let files = policy::export_files(&standing.books.documents, &standing.directory);
            (standing, files)
        }
        Some(id) => {
            let found = standing_around(&mut tx, id).await.map_err(problems::store)?;
            let (document, standing) = found.ok_or_else(|| Problem::not_found("document"))?;
            let file = policy::export_one(&document, &standing.books.documents, &standing.directory);
            (standing, vec![file])
        }
    };
    Ok(Json(Exported { revision: standing.books.revision, files }))
}
