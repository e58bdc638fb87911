//! Saying that it is over. Access that was given because of it keeps its deadline.

use domain::IncidentId;
use store::incidents::{self, Incident};
use store::{StoreError, Tx};

/// Closes an incident; twice is once. `None`: there is no such incident.
///
/// # Errors
/// When Postgres is away.
pub async fn close_incident(tx: &mut Tx, id: IncidentId) -> Result<Option<Incident>, StoreError> {
    if incidents::get(tx.connection(), id).await?.is_none() {
        return Ok(None);
    }
    incidents::close(tx, id).await?;
    incidents::get(tx.connection(), id).await
}
