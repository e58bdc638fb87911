//! Writes that may be repeated, on this service's database.

use serde::Serialize;
use store::Tx;
use web::{Caller, IdempotencyKey, Problem};

use super::Api;

pub use web::once::Answer;

/// Does the work in one transaction, or answers what it answered before.
pub async fn once(
    api: &Api,
    caller: &Caller,
    key: IdempotencyKey,
    route: &str,
    body: &impl Serialize,
    work: impl AsyncFnOnce(&mut Tx) -> Result<Answer, Problem>,
) -> Result<Answer, Problem> {
    web::once::once(&api.db, caller, key, route, body, work).await
}
