//! `POST /v1/directory/accept`

use actix_web::{HttpResponse, post, web::Data};
use domain::Fact;
use jiff::SignedDuration;
use serde::Deserialize;
use store::directory::{self, Part};
use web::{Caller, Json, Problem};

use super::PartName;
use crate::http::{Api, problems};

/// How long the word holds, if no reading succeeds before.
const WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// What has truly vanished.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The part whose loss is accepted.
    part: PartName,
}

/// Accept that more than half of a part of the directory is truly gone: it is read again at once, and within the next
/// hour taken over once, whatever is missing.
#[utoipa::path(tag = "directory", request_body = Accept,
    responses((status = 204, description = "The next reading is taken over.")))]
#[post("/v1/directory/accept")]
pub async fn accept_directory(api: Data<Api>, caller: Caller, body: Json<Accept>) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let part = Part::from(body.into_inner().part);
    let mut tx = api.begin(caller.actor()).await?;
    directory::accept(&mut tx, part, WITHIN).await.map_err(problems::store)?;
    tx.record(Fact::DirectoryAccepted { part: part.as_str().to_owned() });
    tx.commit().await.map_err(problems::store)?;
    Ok(HttpResponse::NoContent().finish())
}
