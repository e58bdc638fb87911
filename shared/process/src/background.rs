//! What services do without being asked: tasks that live as long as the process, woken by facts.

use std::array;
use std::sync::Arc;
use std::time::Duration;

use cloud::Cloud;
use store::Db;
use tokio::sync::Notify;

use crate::Process;

impl Process {
    /// Bells for so many workers, all rung whenever a fact of one of these names passes.
    #[must_use]
    pub fn bells<const COUNT: usize>(
        &self,
        name: &'static str,
        facts: &'static [&'static str],
    ) -> [Arc<Notify>; COUNT] {
        let bells: [Arc<Notify>; COUNT] = array::from_fn(|_| Arc::default());
        let (broker, stop) = (self.broker.clone(), self.shutdown.token());
        self.shutdown.spawn(name, messaging::run_wake(broker, facts, bells.to_vec(), stop));
        bells
    }

    /// Starts what works in AWS, once AWS has answered; never, where the process stops before.
    pub fn spawn_in_aws<Task>(&self, name: &'static str, task: impl FnOnce(Cloud) -> Task + Send + 'static)
    where
        Task: Future<Output = ()> + Send + 'static,
    {
        let aws = self.aws.clone();
        self.shutdown.spawn(name, async move {
            if let Some(cloud) = aws.connected().await {
                task(cloud).await;
            }
        });
    }

    /// Starts what is done again and again, first after `pause` and then with so much between two times.
    pub fn spawn_every<Step>(
        &self,
        name: &'static str,
        pause: Duration,
        step: impl Fn(Db) -> Step + Send + Sync + 'static,
    ) where
        Step: Future<Output = ()> + Send + 'static,
    {
        let (db, stop) = (self.db.clone(), self.shutdown.clone());
        self.shutdown.spawn(name, async move {
            while stop.sleep(pause).await {
                step(db.clone()).await;
            }
        });
    }
}
