//! `PUT /v1/rules/{id}` and its like

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use domain::rules::Edit;
use uuid::Uuid;
use web::{Caller, Problem};

use super::Change;
use super::answer::{answer, saved};
use super::problems::single;
use super::spec::Spec;
use crate::http::{Api, problems};
use crate::usecase::documents::{Proposal, apply};

/// Changes one from the version that the caller saw.
pub async fn change<S: Spec>(
    api: Data<Api>,
    caller: Caller,
    id: Uuid,
    change: Change<S>,
    dry_run: bool,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let Change { version, spec } = change;
    let proposal = Proposal::one(Edit::Change { id, version, document: spec.into_body() }, dry_run);
    let mut tx = api.begin(caller.actor()).await?;
    let outcome = apply(&mut tx, &api.desk(), &proposal).await.map_err(single)?;
    tx.commit().await.map_err(problems::store)?;
    Ok(answer(outcome, StatusCode::OK, saved::<S>)?.respond(S::LIST))
}
