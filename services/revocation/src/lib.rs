//! Removing: deadlines, early ends, revocations. It may remove and never add; no rule, directory, approver,
//! setting or notification can stop a deadline, an end or a revoke.
//!
//! Room kept for what belongs here and is not here: reconciliation and drift.

pub mod http;
mod observe;
mod remove;
mod sessions;
pub mod usecase;
mod watch;
mod work;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use futures_util::FutureExt;
use jiff::SignedDuration;
use process::{AppData, Process, Service};
use tokio::sync::Notify;

pub use sessions::CuttingSessions;
pub use work::Removing;

/// The service, for any process.
pub const SERVICE: Service =
    Service { name: "revocation", routes: http::routes, start: |process| start(process).boxed() };

/// How often the tables are looked at although no fact rang and nothing is known to be due.
const SCAN: Duration = Duration::from_secs(1);
/// Assignments in hand at once.
const ROOM: usize = 64;
/// AWS's reads may be this much behind.
const LAG: SignedDuration = SignedDuration::from_secs(2);
/// How often the sessions' table is looked at although nothing is known to be due.
const SESSIONS_SCAN: Duration = Duration::from_secs(2);
/// The facts that make sessions to be cut.
const SESSIONS_FACTS: &[&str] = &["grant.ended.v1"];
/// The facts that make removal work, or an earlier deadline.
const FACTS: &[&str] = &["grant.activated.v1", "grant.extended.v1", "grant.revoking.v1", "grant.adopted.v1"];

async fn start(process: Process) -> anyhow::Result<AppData> {
    let Process { db, broker, aws, shutdown, .. } = process;
    let bell = Arc::new(Notify::new());
    let (ring, stop) = (Arc::clone(&bell), shutdown.token());
    shutdown.spawn("revocation.wake", async move { messaging::run_wake(broker, FACTS, ring, stop).await });
    let (tasks, work_db) = (shutdown.clone(), db.clone());
    shutdown.spawn("revocation.work", async move {
        let Some(cloud) = aws.connected().await else { return };
        let removing = Removing { db: work_db, aws: cloud.deletions().clone(), lag: LAG };
        runtime::work::run("revocation.work", &removing, &bell, SCAN, ROOM, &tasks).await;
    });
    let state = Data::new(http::State { db });
    Ok(Arc::new(move |config| {
        config.app_data(state.clone());
    }))
}
