//! An endpoint moves, is paused or goes on.

use domain::{EndpointId, Fact};
use store::endpoints::{self, Endpoint};
use store::{StoreError, Tx};

use crate::outlet::guard::{Reach, Refused, check};

/// What shall be different; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Where facts are posted.
    pub url: Option<String>,
    /// Whether it is told anything. What waits for a paused endpoint goes out when it goes on; what happens
    /// meanwhile it never hears.
    pub enabled: Option<bool>,
}

/// Why nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is no such endpoint.
    #[error("there is no such endpoint")]
    Unknown,
    /// Webhooks may not go there.
    #[error(transparent)]
    Address(#[from] Refused),
    /// Postgres.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Changes an endpoint; a change to what it is already leaves no fact.
///
/// # Errors
/// When there is none, webhooks may not go there, or Postgres is away.
pub async fn change_endpoint(
    tx: &mut Tx,
    id: EndpointId,
    change: &Change,
    reach: Reach,
) -> Result<Endpoint, ChangeError> {
    let mut endpoint = endpoints::lock(tx, id).await?.ok_or(ChangeError::Unknown)?;
    let before = endpoint.clone();
    if let Some(url) = &change.url {
        endpoint.url = check(url, reach)?.into();
    }
    endpoint.enabled = change.enabled.unwrap_or(endpoint.enabled);
    if endpoint != before {
        endpoints::save(tx, &endpoint).await?;
        tx.record(Fact::WebhookSaved { endpoint: id, url: endpoint.url.clone() });
    }
    Ok(endpoint)
}
