//! Endings that nobody asks for one by one: of people who are disabled or gone, and of an emergency's scope. A scan
//! without input, in batches; it only ends, and nothing here can stop a deadline, an end or a revoke.

use std::sync::Arc;
use std::time::Duration;

use runtime::Shutdown;
use store::{Db, StoreError, emergencies, tuple};
use tokio::sync::Notify;

use crate::observe;
use crate::work::Removing;

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(1);
/// Grants that end in one transaction.
const BATCH: i64 = 200;

/// What finds them.
#[derive(Debug, Clone)]
pub struct Sweeping {
    /// The shared database.
    pub db: Db,
}

impl Sweeping {
    /// Looks until the process stops, at once where it is rung for.
    pub async fn run(self, bell: Arc<Notify>, stop: Shutdown) {
        while !stop.stopping() {
            if let Err(error) = self.step().await {
                tracing::warn!(%error, "could not look for access of leavers and emergencies, looking again");
            }
            tokio::select! {
                () = bell.notified() => {}
                () = tokio::time::sleep(EVERY) => {}
                () = stop.stopped() => {}
            }
        }
    }

    /// Ends everything that there is to end now, batch by batch. Returns how many grants.
    ///
    /// # Errors
    /// When Postgres is away: what was committed stays, and the rest is found again.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let mut all = 0;
        let running = emergencies::running(&mut *self.db.read().await?).await?;
        for emergency in running {
            loop {
                let mut tx = self.db.begin(Removing::actor()).await?;
                let ended = tuple::end_for_emergency(&mut tx, &emergency, BATCH).await?;
                tx.commit().await?;
                if ended == 0 {
                    break;
                }
                observe::ended_by_emergency(emergency.id, ended);
                all += ended;
            }
        }
        loop {
            let mut tx = self.db.begin(Removing::actor()).await?;
            let ended = tuple::end_leavers(&mut tx, BATCH).await?;
            tx.commit().await?;
            if ended == 0 {
                return Ok(all);
            }
            observe::ended_of_leavers(ended);
            all += ended;
        }
    }
}
