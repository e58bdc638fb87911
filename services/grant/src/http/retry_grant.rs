//! `POST /v1/grants/{id}/retry`

use actix_web::{HttpResponse, post, web::Data};
use domain::GrantId;
use store::tuple::{self, NotRetried};
use store::{grants, requests};
use web::once::{Answer, once};
use web::{Caller, IdempotencyKey, Path, Problem};

use super::State;
use super::view::GrantView;

/// Try an access again that could not be given, inside the time that was approved for it and without new votes: as a
/// grant of its own. For who asked or would have it, and admins. Rules, freezes and the person's status are asked again
/// before it begins.
#[utoipa::path(
    tag = "grants",
    operation_id = "retry_grant",
    params(("id" = GrantId, Path, description = "The grant that failed"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses(
        (status = 201, description = "The grant as which it is tried again.", body = GrantView,
            headers(("Location" = String, description = "Where it is found."))),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[post("/v1/grants/{id}/retry")]
pub async fn retry_grant(
    state: Data<State>,
    caller: Caller,
    key: IdempotencyKey,
    id: Path<GrantId>,
) -> Result<HttpResponse, Problem> {
    let person = caller.require_user()?.id.clone();
    let (id, admin) = (id.into_inner(), caller.personas().admin);
    let answer = once(&state.db, &caller, key, &format!("POST /v1/grants/{id}/retry"), &(), async |tx| {
        let failed = grants::get(tx.connection(), id).await?.ok_or_else(|| Problem::not_found("grant"))?;
        let asked = requests::get(tx.connection(), failed.request).await?.is_some_and(|r| r.requester == person);
        if !(admin || asked || failed.tuple.principal == person) {
            return Err(Problem::not_found("grant"));
        }
        let retried = tuple::retry(tx, id).await.map_err(refused)?;
        let seen = GrantView::of(&state, tx.connection(), vec![retried]).await?;
        Answer::created(&seen.into_iter().next().ok_or_else(|| Problem::not_found("grant"))?)
    })
    .await?;
    Ok(answer.respond("/v1/grants"))
}

fn refused(refused: NotRetried) -> Problem {
    match refused {
        NotRetried::Unknown => Problem::not_found("grant"),
        NotRetried::DidNotFail(state, reason) => {
            let reason = reason.map_or("", |reason| reason.as_str());
            Problem::conflict("try it again", "ended because it failed", state.as_str()).with("reason", reason)
        }
        NotRetried::TooLate(by) => Problem::conflict("try it again", "inside the time that was approved", "too late")
            .with("start_by", by.to_string()),
        NotRetried::Store(error) => error.into(),
    }
}
