//! `POST /v1/emergency/{id}/refuse`

use actix_web::{HttpResponse, post, web::Data};
use domain::EmergencyId;
use web::once::{Answer, once};
use web::{Caller, IdempotencyKey, Path, Problem};

use super::view;
use super::view::EmergencyView;
use crate::http::State;
use crate::usecase::emergency::refuse;

/// Refuse an emergency as the second admin.
#[utoipa::path(tag = "emergency",
    params(("id" = EmergencyId, Path, description = "The emergency."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 200, description = "It is refused.", body = EmergencyView)))]
#[post("/v1/emergency/{id}/refuse")]
pub async fn refuse_emergency(
    state: Data<State>,
    caller: Caller,
    key: IdempotencyKey,
    id: Path<EmergencyId>,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let id = id.into_inner();
    let answer = once(&state.db, &caller, key, &format!("POST /v1/emergency/{id}/refuse"), &(), async |tx| {
        refuse(tx, id).await?;
        Answer::done(&view(tx, id).await?)
    })
    .await?;
    Ok(answer.respond("/v1/emergency"))
}
