//! Adding: scheduled starts and assignments. It may add and never remove.
//!
//! What was approved is judged again before it begins; that may only end it, and nothing that is alive.

mod add;
mod again;
mod backstop;
pub mod http;
mod observe;
mod work;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use domain::backstop::Timing;
use futures_util::FutureExt;
use jiff::SignedDuration;
use process::{AppData, Process, Service};
use store::leases::Leases;
use tokio::sync::Notify;

pub use again::Again;
pub use backstop::{Backstop, Keeping};
pub use work::Adding;

/// The service, for any process.
pub const SERVICE: Service = Service { name: "grant", routes: http::routes, start: |process| start(process).boxed() };

/// How often the tables are looked at although no fact rang and nothing is known to be due.
const SCAN: Duration = Duration::from_secs(2);
/// Assignments in hand at once.
const ROOM: usize = 64;
/// The facts that make work here.
pub const FACTS: &[&str] = &[
    "request.approved.v1",
    "approval.concluded.v1",
    "grant.ended.v1",
    "grant.adopted.v1",
    "grant.retried.v1",
    "emergency.declared.v1",
];

/// The facts that make work on schedules.
pub const BACKSTOP_FACTS: &[&str] =
    &["request.approved.v1", "grant.activated.v1", "grant.ended.v1", "grant.adopted.v1"];

/// When schedules fire, as it was set.
fn timing(set: &runtime::settings::Backstop) -> Timing {
    let minutes = |number: u32| SignedDuration::from_mins(number.into());
    Timing {
        margin: minutes(set.margin_minutes),
        spread: minutes(set.spread_minutes),
        most: minutes(set.most_minutes),
        every: minutes(set.every_minutes),
        lasting: SignedDuration::from_hours(set.hours.into()),
    }
}

async fn start(process: Process) -> anyhow::Result<AppData> {
    let (slots, calls_per_second) = (process::slots(&process.settings), process.settings.aws.calls_per_second);
    let Process { settings, db, broker, aws, judge, shutdown, .. } = process;
    let timing = timing(&settings.backstop);
    if settings.backstop.role_arn.is_some() {
        observe::backstop_on();
    } else {
        observe::backstop_off();
    }
    let bell = Arc::new(Notify::new());
    let (ring, stop) = (Arc::clone(&bell), shutdown.token());
    let keep_broker = broker.clone();
    shutdown.spawn("grant.wake", async move { messaging::run_wake(broker, FACTS, ring, stop).await });
    let keep_bell = Arc::new(Notify::new());
    let (ring, stop) = (Arc::clone(&keep_bell), shutdown.token());
    shutdown.spawn("grant.backstop.wake", async move {
        messaging::run_wake(keep_broker, BACKSTOP_FACTS, ring, stop).await;
    });
    let (tasks, work_db, keep_aws) = (shutdown.clone(), db.clone(), aws.clone());
    shutdown.spawn("grant.backstop", async move {
        let Some(cloud) = keep_aws.connected().await else { return };
        let keeping = Keeping::new(work_db, Backstop { aws: cloud.backstop().clone(), timing });
        runtime::work::run("grant.backstop", &keeping, &keep_bell, SCAN, ROOM, &tasks).await;
    });
    let (tasks, work_db) = (shutdown.clone(), db.clone());
    shutdown.spawn("grant.work", async move {
        let Some(cloud) = aws.connected().await else { return };
        let again = Again::new(judge, cloud.directory().clone());
        let backstop = Backstop { aws: cloud.backstop().clone(), timing };
        let leases = Leases::default();
        let adding = Adding {
            db: work_db.clone(),
            aws: cloud.creations().clone(),
            again,
            backstop,
            slots,
            leases: leases.clone(),
        };
        tokio::select! {
            () = runtime::work::run("grant.work", &adding, &bell, SCAN, ROOM, &tasks) => {}
            () = leases.renew_for_ever(&work_db) => {}
        }
    });
    let state = Data::new(http::State { db, slots, calls_per_second });
    Ok(Arc::new(move |config| {
        config.app_data(state.clone());
    }))
}
