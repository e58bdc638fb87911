//! Deciding: votes in ordered stages, links in mails, delegations, questions, and what becomes due by time alone. Who may
//! vote is asked of AWS, the directory and the on-call services when they vote.

pub mod fresh;
pub mod http;
pub mod usecase;
mod work;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use futures_util::FutureExt;
use process::{AppData, Process, Service};
use web::link::LinkKey;

use fresh::Fresh;
use usecase::electors::Desk;

pub use work::Timing;

/// The service, for any process.
pub const SERVICE: Service =
    Service { name: "approval", routes: http::routes, start: |process| start(process).boxed() };

/// How often the tables are looked at although no fact rang and none is known to be due.
const SCAN: Duration = Duration::from_secs(5);
/// The facts that bring a new time to decide by, to remind at, or to escalate at.
const FACTS: &[&str] = &["request.submitted.v1", "approval.stage_began.v1", "approval.tightened.v1"];

async fn start(process: Process) -> anyhow::Result<AppData> {
    let [bell] = process.bells("approval.wake", FACTS);
    let Process { settings, db, aws, judge, shutdown, .. } = process;
    let key = LinkKey::new(&settings.links.key);
    let key = key.ok_or_else(|| anyhow::anyhow!("links.key must be base64 of at least 32 bytes"))?;
    let desk = Desk { db, judge, fresh: Fresh::new(Arc::new(aws), &settings.approvals) };
    let (tasks, worker) = (shutdown.clone(), Timing(desk.clone()));
    shutdown.spawn("approval.work", async move {
        runtime::work::run("approval.work", &worker, &bell, SCAN, 1, &tasks).await;
    });
    let state = Data::new(http::State { desk, links: Arc::new(key) });
    Ok(Arc::new(move |config| {
        config.app_data(state.clone());
    }))
}
