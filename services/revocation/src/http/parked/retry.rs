//! `POST /v1/parked/{id}/retry`

use actix_web::{HttpResponse, post, web::Data};
use domain::parked::ParkedKind;
use messaging::republish;
use serde::Serialize;
use store::Tx;
use store::parked::{self, Parked, Retry};
use store::tuple::{self, NotRetried};
use utoipa::ToSchema;
use uuid::Uuid;
use web::once::{Answer, once};
use web::{Caller, IdempotencyKey, Path, Problem};

use super::find;
use crate::http::State;

/// What is tried again.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetriedParked {
    /// Which.
    id: Uuid,
    /// What sort of thing.
    kind: ParkedKind,
    /// Of a grant, the grant as which it is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<Uuid>,
}

/// Try a parked thing again now, whatever its rest would be. A message goes to its queue again, a delivery goes out
/// again with the same id, a grant is tried again inside the time that was approved for it.
#[utoipa::path(tag = "operations",
    params(("id" = Uuid, Path, description = "The parked thing."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 202, description = "It is tried again.", body = RetriedParked)))]
#[post("/v1/parked/{id}/retry")]
pub async fn retry_parked(
    state: Data<State>,
    caller: Caller,
    key: IdempotencyKey,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let id = id.into_inner();
    let answer = once(&state.db, &caller, key, &format!("POST /v1/parked/{id}/retry"), &(), async |tx| {
        let parked = find(&state, tx.connection(), id).await?;
        let grant = retry(&state, tx, &parked).await?;
        let retried = RetriedParked { id, kind: parked.kind, grant };
        Answer::with(actix_web::http::StatusCode::ACCEPTED, &retried)
    })
    .await?;
    Ok(answer.respond("/v1/parked"))
}

async fn retry(state: &State, tx: &mut Tx, parked: &Parked) -> Result<Option<Uuid>, Problem> {
    match parked::begin_retry(tx, parked).await? {
        Retry::Found => Ok(None),
        Retry::Grant => {
            let again = tuple::retry(tx, domain::GrantId(parked.id)).await.map_err(not_retried)?;
            Ok(Some(again.id.uuid()))
        }
        Retry::Republish => {
            let Some((queue, body)) = parked::message(tx, parked.id).await? else {
                return Err(Problem::not_found("parked thing"));
            };
            let Some(broker) = &state.broker else { return Err(Problem::unavailable("no broker is configured")) };
            // Before the commit: handed over twice is borne, handed over never is not.
            republish(broker, &queue, &body, parked.id).await.map_err(Problem::unavailable)?;
            parked::republished(tx, parked).await?;
            Ok(None)
        }
    }
}

fn not_retried(error: NotRetried) -> Problem {
    match error {
        NotRetried::Unknown => Problem::not_found("grant"),
        NotRetried::DidNotFail(state, _) => Problem::conflict("try it again", "failed", state.as_str()),
        NotRetried::TooLate(_) => Problem::conflict("try it again", "inside its time", "too late"),
        NotRetried::Store(error) => error.into(),
    }
}
