//! `DELETE /v1/rules/{id}` and its like

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use domain::rules::Edit;
use uuid::Uuid;
use web::{Caller, Problem};

use super::Seen;
use super::answer::{answer, deleted};
use super::problems::single;
use super::spec::Spec;
use crate::http::{Api, problems};
use crate::usecase::documents::{Proposal, apply};

/// Takes one out of force.
pub async fn delete<S: Spec>(api: Data<Api>, caller: Caller, id: Uuid, seen: Seen) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let Seen { version, dry_run } = seen;
    let proposal = Proposal::one(Edit::Delete { kind: S::KIND, id, version }, dry_run);
    let mut tx = api.begin(caller.actor()).await?;
    let outcome = apply(&mut tx, &api.desk(), &proposal).await.map_err(single)?;
    tx.commit().await.map_err(problems::store)?;
    Ok(answer(outcome, StatusCode::OK, deleted)?.respond(S::LIST))
}
