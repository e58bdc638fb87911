//! Timing out what nobody decided: the tables are the truth, the fact of a new request only rings.

use domain::Actor;
use jiff::Timestamp;
use runtime::work::{Job, Worker};
use store::{Db, StoreError, requests};

use crate::usecase::time_out::time_out;

/// Requests that are closed in one transaction.
const BATCH: i64 = 100;

/// What closes overdue requests.
#[derive(Debug, Clone)]
pub struct TimingOut {
    /// The shared database.
    pub db: Db,
}

impl TimingOut {
    /// One step, to its end: closes up to a hundred overdue requests and returns how many.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let mut tx = self.db.begin(Actor::service("approval")).await?;
        let count = time_out(&mut tx, BATCH).await?;
        tx.commit().await?;
        Ok(count)
    }
}

impl Worker for TimingOut {
    type Error = StoreError;

    /// Nothing here calls outside, so the step is done as it is found and leaves no job behind.
    async fn claim(&self, _room: usize) -> Result<Vec<Job>, StoreError> {
        while self.step().await? > 0 {}
        Ok(vec![])
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        requests::next_overdue(&mut *self.db.pool().acquire().await?).await
    }

    fn now(&self) -> Timestamp {
        self.db.clock().now()
    }
}
