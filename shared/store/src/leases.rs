//! Leases on assignments, kept while a step runs: short, so that what a dead process had is taken up soon, and renewed
//! by one statement for all that a process has in its hands.
//!
//! A lease that ran out all the same harms nothing: whoever takes the row over gives it a new token, and a call that
//! was committed under the old one is bounded by its `send_by`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::AssignmentId;
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{Db, StoreError};

/// How long a lease lasts from its last renewal.
pub const LENGTH: SignedDuration = SignedDuration::from_secs(5);
/// How often leases are renewed: three times before they run out.
pub const RENEWED_EVERY: Duration = Duration::from_millis(1500);

/// What a worker has in its hands. Cheap to clone; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Leases {
    held: Arc<Mutex<HashMap<Uuid, AssignmentId>>>,
}

/// One lease, in hand until this is dropped.
#[derive(Debug)]
#[must_use = "a lease that is not held is not renewed"]
pub struct Held {
    leases: Leases,
    token: Uuid,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.leases.lock().remove(&self.token);
    }
}

impl Leases {
    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, AssignmentId>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on it is renewed, by those who call [`Leases::renew`].
    pub fn hold(&self, id: AssignmentId, token: Uuid) -> Held {
        self.lock().insert(token, id);
        Held { leases: self.clone(), token }
    }

    /// Renews all that are in hand and have not been taken over. Returns how many.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn renew(&self, db: &Db) -> Result<u64, StoreError> {
        let (tokens, ids): (Vec<Uuid>, Vec<Uuid>) = self.lock().iter().map(|(token, id)| (*token, id.uuid())).unzip();
        if tokens.is_empty() {
            return Ok(0);
        }
        let until = db.clock().now() + LENGTH;
        // A row that its own step is settling just now needs no renewal.
        let done = sqlx::query(
            "UPDATE assignments SET leased_until = $1 WHERE id IN ( \
                 SELECT a.id FROM assignments a JOIN unnest($2::uuid[], $3::uuid[]) AS held(id, token) \
                     ON a.id = held.id AND a.lease_token = held.token ORDER BY a.id FOR UPDATE OF a SKIP LOCKED)",
        )
        .bind(until.to_sqlx())
        .bind(ids)
        .bind(tokens)
        .execute(&mut *db.read().await?)
        .await?;
        Ok(done.rows_affected())
    }

    /// Renews again and again, for as long as this is polled.
    pub async fn renew_for_ever(&self, db: &Db) {
        loop {
            tokio::time::sleep(RENEWED_EVERY).await;
            if let Err(error) = self.renew(db).await {
                tracing::warn!(%error, "leases could not be renewed");
            }
        }
    }
}
