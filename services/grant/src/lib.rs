//! Adding: scheduled starts and assignments. It may add and never remove.

mod add;
pub mod http;
mod observe;
mod work;

use std::sync::Arc;
use std::time::Duration;

use store::Db;
use tokio::sync::Notify;

pub use work::Adding;

/// What the service needs from its process.
#[derive(Clone)]
pub struct Deps {
    /// The shared database.
    pub db: Db,
    /// The broker.
    pub broker: messaging::Broker,
    /// AWS.
    pub aws: cloud::Assignments,
    /// Start and stop.
    pub shutdown: runtime::Shutdown,
}

/// How often the tables are looked at although no fact rang and nothing is known to be due.
const SCAN: Duration = Duration::from_secs(2);
/// Assignments in hand at once.
const ROOM: usize = 64;

/// Starts the workers.
pub fn start(deps: Deps) {
    let bell = Arc::new(Notify::new());
    let (broker, stop, ring) = (deps.broker, deps.shutdown.token(), Arc::clone(&bell));
    deps.shutdown.spawn("grant.wake", async move {
        messaging::run_wake(broker, &["request.approved.v1", "grant.ended.v1"], ring, stop).await;
    });
    let (adding, shutdown) = (Adding { db: deps.db, aws: deps.aws }, deps.shutdown.clone());
    deps.shutdown.spawn("grant.work", async move {
        runtime::work::run("grant.work", &adding, &bell, SCAN, ROOM, &shutdown).await;
    });
}
