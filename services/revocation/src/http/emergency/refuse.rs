//! `POST /v1/emergency/{id}/refuse`

use actix_web::{HttpResponse, post, web::Data};
use domain::EmergencyId;
use web::{Caller, IdempotencyKey, Path, Problem};

use super::decide;
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
    decide(&state, &caller, key, (id.into_inner(), "refuse"), refuse).await
}
