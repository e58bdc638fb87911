//! Somebody wants to hear every fact.

use domain::{EndpointId, Fact};
use store::endpoints::{self, Endpoint};
use store::{StoreError, Tx, new_id};

use crate::outlet::guard::{Reach, Refused, check};
use crate::outlet::signature::secret_from;

/// Why there is no new endpoint.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// Webhooks may not go there.
    #[error(transparent)]
    Address(#[from] Refused),
    /// Postgres.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes an endpoint whose secret comes from `random`. It hears what happens from now on.
///
/// # Errors
/// When webhooks may not go there, or Postgres is away.
pub async fn create_endpoint(
    tx: &mut Tx,
    url: &str,
    enabled: bool,
    reach: Reach,
    random: [u8; 32],
) -> Result<Endpoint, CreateError> {
    let url = check(url, reach)?;
    let endpoint = Endpoint {
        id: EndpointId(new_id()),
        url: url.into(),
        secret: secret_from(random),
        previous: None,
        enabled,
        created_at: tx.now(),
    };
    endpoints::insert(tx, &endpoint).await?;
    tx.record(Fact::WebhookSaved { endpoint: endpoint.id, url: endpoint.url.clone() });
    Ok(endpoint)
}
