//! An endpoint gets a new secret; for a day both sign, so that nobody misses a fact while changing over.

use domain::{EndpointId, Fact};
use jiff::SignedDuration;
use store::endpoints::{self, Endpoint};
use store::{StoreError, Tx};

use crate::outlet::signature::secret_from;

/// How long the old secret signs beside the new one.
pub const OVERLAP: SignedDuration = SignedDuration::from_hours(24);

/// Makes the new secret from `random`; `None` when there is no such endpoint.
///
/// # Errors
/// When Postgres is away.
pub async fn rotate_secret(tx: &mut Tx, id: EndpointId, random: [u8; 32]) -> Result<Option<Endpoint>, StoreError> {
    let Some(mut endpoint) = endpoints::lock(tx, id).await? else { return Ok(None) };
    let old = std::mem::replace(&mut endpoint.secret, secret_from(random));
    endpoint.previous = Some((old, tx.now() + OVERLAP));
    endpoints::save(tx, &endpoint).await?;
    tx.record(Fact::WebhookSaved { endpoint: id, url: endpoint.url.clone() });
    Ok(Some(endpoint))
}
