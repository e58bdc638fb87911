//! `POST /v1/directory/read`

use actix_web::{HttpResponse, post, web::Data};
use domain::Fact;
use serde::Deserialize;
use store::directory::{self, Part};
use web::{Caller, Json, Problem};

use super::PartName;
use crate::http::{Api, problems};

/// What to read anew.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// Only these parts; all of them where none is named.
    #[serde(default)]
    parts: Vec<PartName>,
}

/// Read the directory anew, now, though it is not due: after a change in AWS that somebody waits for. How far it is,
/// `GET /v1/directory` tells, and `GET /v1/events?about=directory` when that changes.
#[utoipa::path(tag = "directory", request_body = Read,
    responses((status = 202, description = "It is read as soon as AWS's limits let it.")))]
#[post("/v1/directory/read")]
pub async fn read_directory(api: Data<Api>, caller: Caller, body: Json<Read>) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let named: Vec<Part> = body.into_inner().parts.into_iter().map(Part::from).collect();
    let parts: Vec<Part> = Part::ALL.into_iter().filter(|part| named.is_empty() || named.contains(part)).collect();
    let mut tx = api.begin(caller.actor()).await?;
    directory::want(&mut tx, &parts).await.map_err(problems::store)?;
    tx.record(Fact::DirectoryWanted { parts: parts.iter().map(|part| part.as_str().to_owned()).collect() });
    tx.commit().await.map_err(problems::store)?;
    Ok(HttpResponse::Accepted().finish())
}
