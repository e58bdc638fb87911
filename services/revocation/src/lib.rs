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
use messaging::Broker;
use process::{AppData, Aws, Process, Service};
use runtime::Shutdown;
use store::Db;
use tokio::sync::Notify;

pub use sessions::{CuttingSessions, Means};
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
pub const FACTS: &[&str] = &["grant.activated.v1", "grant.extended.v1", "grant.revoking.v1", "grant.adopted.v1"];

async fn start(process: Process) -> anyhow::Result<AppData> {
    let Process { settings, db, broker, aws, shutdown, .. } = process;
    let bell = Arc::new(Notify::new());
    let (ring, stop, facts) = (Arc::clone(&bell), shutdown.token(), broker.clone());
    shutdown.spawn("revocation.wake", async move { messaging::run_wake(facts, FACTS, ring, stop).await });
    if settings.live_sessions.policy_id.is_some() || settings.live_sessions.inline_policy {
        cut_sessions(settings.live_sessions.policy_id.clone(), &db, &broker, &aws, &shutdown);
    }
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

/// Starts the one writer of what denies live sessions, the policy of this id or else the permission sets' own; of several
/// processes, the one with the lease writes.
fn cut_sessions(policy_id: Option<String>, db: &Db, broker: &Broker, aws: &Aws, shutdown: &Shutdown) {
    let bell = Arc::new(Notify::new());
    let (ring, stop, broker) = (Arc::clone(&bell), shutdown.token(), broker.clone());
    shutdown.spawn("sessions.wake", async move { messaging::run_wake(broker, SESSIONS_FACTS, ring, stop).await });
    let (tasks, db, aws) = (shutdown.clone(), db.clone(), aws.clone());
    shutdown.spawn("sessions.work", async move {
        let Some(cloud) = aws.connected().await else { return };
        let means = match policy_id {
            Some(id) => Means::Policy(cloud.session_policy(&id)),
            None => Means::Inline(cloud.inline_policies().clone()),
        };
        let cutting = CuttingSessions { db, means };
        runtime::work::run("sessions.work", &cutting, &bell, SESSIONS_SCAN, 1, &tasks).await;
    });
}
