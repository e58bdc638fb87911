//! `POST /v1/emergency/{id}/agree`

use actix_web::{HttpResponse, post, web::Data};
use domain::EmergencyId;
use web::{Caller, IdempotencyKey, Path, Problem};

use super::decide;
use super::view::EmergencyView;
use crate::http::State;
use crate::usecase::emergency::agree;

/// Agree to an emergency as the second admin; it is in force at once.
#[utoipa::path(tag = "emergency",
    params(("id" = EmergencyId, Path, description = "The emergency."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 200, description = "It is in force.", body = EmergencyView)))]
#[post("/v1/emergency/{id}/agree")]
pub async fn agree_emergency(
    state: Data<State>,
    caller: Caller,
    key: IdempotencyKey,
    id: Path<EmergencyId>,
) -> Result<HttpResponse, Problem> {
    let answer = decide(&state, &caller, key, (id.into_inner(), "agree"), agree).await?;
    state.sweep.notify_one();
    Ok(answer)
}
