//! A message is sent again, with the same id, so that who had it already can tell.

use domain::{DeliveryId, EndpointId};
use store::deliveries::{self, Channel, Delivery};
use store::{StoreError, Tx, endpoints};

/// Why it is not sent again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// There is no such message.
    #[error("there is no such delivery")]
    Unknown,
    /// There is nobody to hear it.
    #[error("the endpoint is {0}")]
    NobodyThere(&'static str),
    /// Postgres.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a message due now, whatever became of it before.
///
/// # Errors
/// When there is none, its endpoint is gone or paused, or Postgres is away.
pub async fn replay_delivery(tx: &mut Tx, id: DeliveryId) -> Result<Delivery, ReplayError> {
    let delivery = deliveries::lock(tx, id).await?.ok_or(ReplayError::Unknown)?;
    if delivery.channel == Channel::Webhook {
        let endpoint = delivery.recipient.parse().map(EndpointId).map_err(|e| impossible(&e))?;
        match endpoints::get(tx.connection(), endpoint).await? {
            None => return Err(ReplayError::NobodyThere("removed")),
            Some(endpoint) if !endpoint.enabled => return Err(ReplayError::NobodyThere("paused")),
            Some(_) => {}
        }
    }
    deliveries::replay(tx, id).await?;
    deliveries::lock(tx, id).await?.ok_or(ReplayError::Unknown)
}

fn impossible(detail: &dyn std::fmt::Display) -> StoreError {
    StoreError::Impossible {
        table: "deliveries",
        detail: format!("the recipient of a webhook is not an endpoint: {detail}"),
    }
}
