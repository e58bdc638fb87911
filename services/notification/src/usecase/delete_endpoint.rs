//! An endpoint goes; what was on its way to it is given up.

use domain::{EndpointId, Fact};
use store::{StoreError, Tx, deliveries, endpoints};

/// Removes an endpoint; false when there is none.
///
/// # Errors
/// When Postgres is away.
pub async fn delete_endpoint(tx: &mut Tx, id: EndpointId) -> Result<bool, StoreError> {
    if endpoints::lock(tx, id).await?.is_none() {
        return Ok(false);
    }
    endpoints::delete(tx, id).await?;
    deliveries::give_up_endpoint(tx, id).await?;
    tx.record(Fact::WebhookDeleted { endpoint: id });
    Ok(true)
}
