//! Facts as they arrive: every one is planned, or parked where it cannot be. A repeated message plans nothing twice.

use std::sync::Arc;

use domain::Actor;
use messaging::{Broker, Received, Refusal, topology};
use store::{Db, StoreError};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::usecase::plan_deliveries::{Heard, Mailing, plan_deliveries};

/// The subscriber.
#[derive(Debug, Clone)]
pub struct Inbound {
    /// The shared database.
    pub db: Db,
    /// What mails need, where there is a mail server.
    pub mailing: Option<Mailing>,
    /// Rung when something is to be sent.
    pub bell: Arc<Notify>,
}

impl Inbound {
    /// Listens until told to stop.
    pub async fn run(self, broker: Broker, stop: CancellationToken) {
        let db = self.db.clone();
        messaging::run_subscription(broker, db, topology::NOTIFICATION, stop, |batch| self.take(batch)).await;
    }

    /// Plans a batch as it arrived.
    ///
    /// # Errors
    /// When Postgres is away, or something in it cannot be planned.
    pub async fn take(&self, batch: Vec<Received>) -> Result<(), Refusal> {
        let heard: Vec<Heard> = batch
            .into_iter()
            .map(|received| Heard { occurred: received.occurred, trace_parent: received.trace_parent })
            .collect();
        self.plan(&heard).await?;
        Ok(())
    }

    /// Plans a batch in one transaction.
    ///
    /// # Errors
    /// When Postgres is away, or a row that a fact is about cannot be read.
    pub async fn plan(&self, heard: &[Heard]) -> Result<u64, StoreError> {
        let mut tx = self.db.begin(Actor::service("notification")).await?;
        let new = plan_deliveries(&mut tx, heard, self.mailing.as_ref()).await?;
        tx.commit().await?;
        if new > 0 {
            self.bell.notify_one();
        }
        Ok(new)
    }
}
