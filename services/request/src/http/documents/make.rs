//! `POST /v1/rules` and its like

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use domain::rules::Edit;
use web::{Caller, IdempotencyKey, Problem};

use super::answer::{answer, saved};
use super::problems::single;
use super::spec::Spec;
use crate::http::Api;
use crate::http::once::once;
use crate::usecase::documents::{Proposal, apply};

/// Makes one.
pub async fn make<S: Spec>(
    api: Data<Api>,
    caller: Caller,
    key: IdempotencyKey,
    spec: S,
    dry_run: bool,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let proposal = Proposal::one(Edit::Make { id: None, document: spec.clone().into_body() }, dry_run);
    // A dry run writes nothing, and so has nothing to repeat.
    let key = if dry_run { IdempotencyKey(None) } else { key };
    let route = format!("POST {}", S::LIST);
    let answer = once(&api, &caller, key, &route, &spec, async |tx| {
        let outcome = apply(tx, &api.desk(), &proposal).await.map_err(single)?;
        answer(outcome, StatusCode::CREATED, saved::<S>)
    })
    .await?;
    Ok(answer.respond(S::LIST))
}
