//! `POST /v1/emergency/{id}/withdraw`

use actix_web::{HttpResponse, post, web::Data};
use domain::EmergencyId;
use web::{Caller, IdempotencyKey, Path, Problem};

use super::decide;
use super::view::EmergencyView;
use crate::http::State;
use crate::usecase::emergency::withdraw;

/// Take back an emergency that waits, as whoever proposed it.
#[utoipa::path(tag = "emergency",
    params(("id" = EmergencyId, Path, description = "The emergency."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 200, description = "It is withdrawn.", body = EmergencyView)))]
#[post("/v1/emergency/{id}/withdraw")]
pub async fn withdraw_emergency(
    state: Data<State>,
    caller: Caller,
    key: IdempotencyKey,
    id: Path<EmergencyId>,
) -> Result<HttpResponse, Problem> {
    decide(&state, &caller, key, (id.into_inner(), "withdraw"), withdraw).await
}
