//! Deciding: votes, links in mails, and time-outs. Who may vote is asked of the directory when they vote.
//!
//! Rooms kept for what belongs here and is not here: stages in order beside [`usecase::decide`], reminders and
//! escalation beside [`TimingOut`], on-call look-ups and delegations.

pub mod http;
pub mod usecase;
mod work;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use futures_util::FutureExt;
use process::{AppData, Process, Service};
use tokio::sync::Notify;
use web::link::LinkKey;

pub use work::TimingOut;

/// The service, for any process.
pub const SERVICE: Service =
    Service { name: "approval", routes: http::routes, start: |process| start(process).boxed() };

/// How often overdue requests are looked for although no fact rang and none is known to be due.
const SCAN: Duration = Duration::from_secs(5);
/// The facts that bring a new time to decide by.
const FACTS: &[&str] = &["request.submitted.v1"];

async fn start(process: Process) -> anyhow::Result<AppData> {
    let Process { settings, db, broker, shutdown, .. } = process;
    let key = LinkKey::new(&settings.links.key);
    let key = key.ok_or_else(|| anyhow::anyhow!("links.key must be base64 of at least 32 bytes"))?;
    let bell = Arc::new(Notify::new());
    let (ring, stop) = (Arc::clone(&bell), shutdown.token());
    shutdown.spawn("approval.wake", async move { messaging::run_wake(broker, FACTS, ring, stop).await });
    let (tasks, worker) = (shutdown.clone(), TimingOut { db: db.clone() });
    shutdown.spawn("approval.work", async move {
        runtime::work::run("approval.work", &worker, &bell, SCAN, 1, &tasks).await;
    });
    let state = Data::new(http::State { db, links: Arc::new(key) });
    Ok(Arc::new(move |config| {
        config.app_data(state.clone());
    }))
}
