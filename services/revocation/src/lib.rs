//! Removing: deadlines, early ends, revocations. It may remove and never add; no rule, directory, approver,
//! setting or notification can stop a deadline, an end or a revoke.
//!
//! Rooms kept for what belongs here and is not here: reconciliation and drift, live sessions.

pub mod http;
mod observe;
mod remove;
mod usecase;
mod watch;
mod work;

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use store::Db;
use tokio::sync::Notify;

pub use work::Removing;

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
const SCAN: Duration = Duration::from_secs(1);
/// Assignments in hand at once.
const ROOM: usize = 64;
/// AWS's reads may be this much behind.
const LAG: SignedDuration = SignedDuration::from_secs(2);
/// The facts that make removal work, or an earlier deadline.
const FACTS: &[&str] = &["grant.activated.v1", "grant.extended.v1", "grant.revoking.v1"];

/// Starts the workers.
pub fn start(deps: Deps) {
    let bell = Arc::new(Notify::new());
    let (broker, stop, ring) = (deps.broker, deps.shutdown.token(), Arc::clone(&bell));
    deps.shutdown.spawn("revocation.wake", async move { messaging::run_wake(broker, FACTS, ring, stop).await });
    let (removing, shutdown) = (Removing { db: deps.db, aws: deps.aws, lag: LAG }, deps.shutdown.clone());
    deps.shutdown.spawn("revocation.work", async move {
        runtime::work::run("revocation.work", &removing, &bell, SCAN, ROOM, &shutdown).await;
    });
}
