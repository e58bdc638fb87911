//! Requests: asking, seeing, taking back.

pub mod cancel;
pub mod evidence;
pub mod list;
pub mod show;
pub mod submit;

use domain::RequestId;
use store::{Tx, requests};
use web::Problem;

use super::problems;
use super::view::{RequestView, requests as views};

/// A request as it is in this transaction.
pub async fn view(tx: &mut Tx, id: RequestId) -> Result<RequestView, Problem> {
    let request = requests::get(tx.connection(), id).await.map_err(problems::store)?;
    let found = views(tx, request.into_iter().collect()).await.map_err(problems::store)?.pop();
    found.ok_or_else(|| Problem::not_found("request"))
}
