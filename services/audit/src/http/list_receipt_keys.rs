//! `GET /v1/receipt-keys`: what receipts are verified with.

use actix_web::get;
use actix_web::web::{Data, Json};
use receipts::PublicKey;
use serde::Serialize;
use store::receipts::keys;
use utoipa::ToSchema;
use web::{Caller, Problem};

use super::State;

/// Keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptKeys {
    /// Every key that ever signed, the newest first.
    items: Vec<PublicKey>,
}

/// The public keys of receipts, for everybody who is signed in. Who verifies should compare them with what was written
/// down elsewhere.
#[utoipa::path(
    tag = "trail",
    operation_id = "list_receipt_keys",
    responses(
        (status = 200, body = ReceiptKeys),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[get("/v1/receipt-keys")]
pub async fn list_receipt_keys(_: Caller, state: Data<State>) -> Result<Json<ReceiptKeys>, Problem> {
    let mut connection = state.db.read().await?;
    Ok(Json(ReceiptKeys { items: keys(&mut connection).await? }))
}
