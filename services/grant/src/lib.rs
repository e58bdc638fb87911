//! Adding: scheduled starts and assignments. It may add and never remove.
//!
//! What was approved is judged again before it begins; that may only end it, and nothing that is alive.

mod add;
mod again;
pub mod http;
mod observe;
mod work;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use futures_util::FutureExt;
use process::{AppData, Process, Service};
use tokio::sync::Notify;

pub use again::Again;
pub use work::Adding;

/// The service, for any process.
pub const SERVICE: Service = Service { name: "grant", routes: http::routes, start: |process| start(process).boxed() };

/// How often the tables are looked at although no fact rang and nothing is known to be due.
const SCAN: Duration = Duration::from_secs(2);
/// Assignments in hand at once.
const ROOM: usize = 64;
/// The facts that make work here.
pub const FACTS: &[&str] = &["request.approved.v1", "approval.concluded.v1", "grant.ended.v1", "grant.adopted.v1"];

async fn start(process: Process) -> anyhow::Result<AppData> {
    let Process { db, broker, aws, judge, shutdown, .. } = process;
    let bell = Arc::new(Notify::new());
    let (ring, stop) = (Arc::clone(&bell), shutdown.token());
    shutdown.spawn("grant.wake", async move { messaging::run_wake(broker, FACTS, ring, stop).await });
    let (tasks, work_db) = (shutdown.clone(), db.clone());
    shutdown.spawn("grant.work", async move {
        let Some(cloud) = aws.connected().await else { return };
        let again = Again::new(judge, cloud.directory().clone());
        let adding = Adding { db: work_db, aws: cloud.creations().clone(), again };
        runtime::work::run("grant.work", &adding, &bell, SCAN, ROOM, &tasks).await;
    });
    let state = Data::new(http::State { db });
    Ok(Arc::new(move |config| {
        config.app_data(state.clone());
    }))
}
