//! Removing: deadlines, early ends, revocations. It may remove and never add; no rule, directory, approver,
//! setting or notification can stop a deadline, an end or a revoke.
//!
//! Rooms kept for what belongs here and is not here: reconciliation and drift, live sessions.

pub mod http;
mod observe;
mod remove;
pub mod sweep;
pub mod usecase;
mod watch;
mod work;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use domain::emergency::Caution;
use futures_util::FutureExt;
use jiff::SignedDuration;
use process::{AppData, Process, Service};
use runtime::settings::EmergencySecondPerson;
use tokio::sync::Notify;

use usecase::emergency::Desk;

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
/// The facts that make removal work, or an earlier deadline.
pub const FACTS: &[&str] = &["grant.activated.v1", "grant.extended.v1", "grant.revoking.v1", "grant.adopted.v1"];

async fn start(process: Process) -> anyhow::Result<AppData> {
    let Process { settings, db, broker, aws, shutdown, .. } = process;
    let bell = Arc::new(Notify::new());
    let (ring, stop) = (Arc::clone(&bell), shutdown.token());
    let facts = broker.clone();
    shutdown.spawn("revocation.wake", async move { messaging::run_wake(facts, FACTS, ring, stop).await });
    let (sweeping, sweep) = (sweep::Sweeping { db: db.clone() }, Arc::new(Notify::new()));
    shutdown.spawn("revocation.sweep", sweeping.run(Arc::clone(&sweep), shutdown.clone()));
    let (tasks, work_db, connecting) = (shutdown.clone(), db.clone(), aws.clone());
    shutdown.spawn("revocation.work", async move {
        let Some(cloud) = connecting.connected().await else { return };
        let removing = Removing { db: work_db, aws: cloud.deletions().clone(), lag: LAG };
        runtime::work::run("revocation.work", &removing, &bell, SCAN, ROOM, &tasks).await;
    });
    let desk = Desk {
        caution: caution(settings.emergency.second_person),
        admin_groups: settings.personas.admin_groups.clone(),
    };
    let state = Data::new(http::State { db, desk, sweep, aws: Some(aws), broker: Some(broker) });
    Ok(Arc::new(move |config| {
        config.app_data(state.clone());
    }))
}

const fn caution(second_person: EmergencySecondPerson) -> Caution {
    match second_person {
        EmergencySecondPerson::Never => Caution::Never,
        EmergencySecondPerson::Resume => Caution::Resume,
        EmergencySecondPerson::Always => Caution::Always,
    }
}
