//! What becomes due by time alone: requests that nobody decided, reminders, and escalations. The tables are the truth;
//! the facts of new requests and stages only ring.

use domain::Actor;
use jiff::Timestamp;
use runtime::work::{Job, Worker};
use store::{StoreError, approvals, requests};

use crate::usecase::attend::attend;
use crate::usecase::electors::Desk;
use crate::usecase::time_out::time_out;

/// Requests that are closed in one transaction, and approvals that are attended to in one step.
const BATCH: i64 = 100;

/// What does it.
#[derive(Clone)]
pub struct Timing(pub Desk);

impl Timing {
    /// One step, to its end: closes overdue requests and attends to approvals, and returns how many.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn step(&self) -> Result<usize, StoreError> {
        Ok(self.time_out().await? + self.attend().await?)
    }

    async fn time_out(&self) -> Result<usize, StoreError> {
        let mut tx = self.0.db.begin(Actor::service("approval")).await?;
        let count = time_out(&mut tx, BATCH).await?;
        tx.commit().await?;
        Ok(count)
    }

    async fn attend(&self) -> Result<usize, StoreError> {
        let due = approvals::to_attend(&mut self.0.db.begin(Actor::service("approval")).await?, BATCH).await?;
        let mut done = 0;
        for approval in due {
            match attend(&self.0, approval.request, approval.id).await {
                Ok(()) => done += 1,
                Err(error) if error.is_away() => return Err(error),
                // One that cannot be attended to does not keep the others from it; it is tried again.
                Err(error) => tracing::error!(approval.id = %approval.id, %error, "could not attend to an approval"),
            }
        }
        Ok(done)
    }
}

impl Worker for Timing {
    type Error = StoreError;

    /// Every step is done as it is found and leaves no job behind.
    async fn claim(&self, _room: usize) -> Result<Vec<Job>, StoreError> {
        while self.step().await? > 0 {}
        Ok(vec![])
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut connection = self.0.db.read().await?;
        let overdue = requests::next_overdue(&mut connection).await?;
        let to_attend = approvals::next_to_attend(&mut connection).await?;
        Ok([overdue, to_attend].into_iter().flatten().min())
    }

    fn now(&self) -> Timestamp {
        self.0.db.clock().now()
    }
}
