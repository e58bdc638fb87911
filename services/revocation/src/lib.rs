//! Removing: deadlines, early ends, revocations. It may remove and never add; no rule, directory, approver,
//! setting or notification can stop a deadline, an end or a revoke.

pub mod http;
mod observe;
pub mod offline;
pub mod reconcile;
mod remove;
mod sessions;
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
use messaging::Broker;
use process::{AppData, Aws, Process, Service};
use runtime::Shutdown;
use runtime::settings::EmergencySecondPerson;
use store::Db;
use store::leases::Leases;
use tokio::sync::Notify;

pub use reconcile::{Plan, Reconciler};
pub use sessions::{CuttingSessions, Means};
use usecase::emergency::Desk;
pub use work::Removing;

use offline::{Limits, Offline};

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
    let slots = process::slots(&process.settings);
    let Process { db, broker, aws, shutdown, health, settings, .. } = process;
    let (sweeping, sweep) = (sweep::Sweeping { db: db.clone() }, Arc::new(Notify::new()));
    shutdown.spawn("revocation.sweep", sweeping.run(Arc::clone(&sweep), shutdown.clone()));
    let bell = Arc::new(Notify::new());
    let (changed, heard) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (ring, stop, facts) = (Arc::clone(&heard), shutdown.token(), broker.clone());
    shutdown.spawn("revocation.wake", async move { messaging::run_wake(facts, FACTS, ring, stop).await });
    let (work, memory, stop) = (Arc::clone(&bell), Arc::clone(&changed), shutdown.clone());
    shutdown.spawn("revocation.ring", async move {
        while !stop.stopping() {
            tokio::select! { () = heard.notified() => {}, () = stop.stopped() => break }
            work.notify_one();
            memory.notify_one();
        }
    });
    let limits = Limits {
        refresh: Duration::from_secs(settings.offline.refresh_s.into()),
        at_once: usize::try_from(settings.offline.at_once).unwrap_or(1),
    };
    let (tasks, memory_db, memory_aws) = (shutdown.clone(), db.clone(), aws.clone());
    shutdown.spawn("revocation.offline", async move {
        let Some(cloud) = memory_aws.connected().await else { return };
        let offline = Offline::new(memory_db, cloud.deletions().clone(), LAG, limits);
        offline.run(changed, health, &tasks).await;
    });
    if settings.live_sessions.policy_id.is_some() || settings.live_sessions.inline_policy {
        cut_sessions(settings.live_sessions.policy_id.clone(), &db, &broker, &aws, &shutdown);
    }
    let reconcile_aws = aws.clone();
    let (tasks, work_db, work_aws) = (shutdown.clone(), db.clone(), aws.clone());
    shutdown.spawn("revocation.work", async move {
        let Some(cloud) = work_aws.connected().await else { return };
        let leases = Leases::default();
        let (aws, held) = (cloud.deletions().clone(), leases.clone());
        let removing = Removing { db: work_db.clone(), aws, lag: LAG, slots, leases: held };
        tokio::select! {
            () = runtime::work::run("revocation.work", &removing, &bell, SCAN, ROOM, &tasks) => {}
            () = leases.renew_for_ever(&work_db) => {}
        }
    });
    let (tasks, reconcile_db) = (shutdown.clone(), db.clone());
    let plan = Plan::of(&settings.reconcile);
    shutdown.spawn("revocation.reconcile", async move {
        let Some(cloud) = reconcile_aws.connected().await else { return };
        Reconciler::new(reconcile_db, cloud.survey().clone(), cloud.backstop().clone(), plan).run(&tasks).await;
    });
    let desk = Desk {
        caution: caution(settings.emergency.second_person),
        admin_groups: settings.personas.admin_groups.clone(),
    };
    let backstop = if settings.backstop.role_arn.is_some() { http::Backstop::On } else { http::Backstop::Off };
    let state = Data::new(http::State { db, desk, sweep, aws: Some(aws), broker: Some(broker), backstop });
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
