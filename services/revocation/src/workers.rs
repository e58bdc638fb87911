//! What works here without being asked, a function for each.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use process::Process;
use store::leases::Leases;
use tokio::sync::Notify;

use crate::offline::{Limits, Offline};
use crate::sweep::Sweeping;
use crate::{CuttingSessions, Means, Plan, Reconciler, Removing, Settling};

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

/// Removes what is due.
pub fn remove(process: &Process, bell: Arc<Notify>) {
    let slots = process::slots(&process.settings);
    let (db, tasks) = (process.db.clone(), process.shutdown.clone());
    process.spawn_in_aws("revocation.work", async move |cloud| {
        let leases = Leases::default();
        let (aws, held) = (cloud.deletions().clone(), leases.clone());
        let removing = Removing { db: db.clone(), aws, lag: LAG, slots, leases: held, settling: Settling::default() };
        tokio::select! {
            () = runtime::work::run("revocation.work", &removing, &bell, SCAN, ROOM, &tasks) => {}
            () = leases.renew_for_ever(&db) => {}
        }
    });
}

/// Keeps the deadlines in memory, and removes by them while Postgres is away.
pub fn remember(process: &Process, changed: Arc<Notify>) {
    let set = &process.settings.offline;
    let limits = Limits {
        refresh: Duration::from_secs(set.refresh_s.into()),
        at_once: usize::try_from(set.at_once).unwrap_or(1),
    };
    let (db, health, tasks) = (process.db.clone(), process.health.clone(), process.shutdown.clone());
    process.spawn_in_aws("revocation.offline", async move |cloud| {
        Offline::new(db, cloud.deletions().clone(), LAG, limits).run(changed, health, &tasks).await;
    });
}

/// Compares AWS with what is known.
pub fn reconcile(process: &Process) {
    let plan = Plan::of(&process.settings.reconcile);
    let (db, tasks) = (process.db.clone(), process.shutdown.clone());
    process.spawn_in_aws("revocation.reconcile", async move |cloud| {
        Reconciler::new(db, cloud.survey().clone(), cloud.backstop().clone(), plan).run(&tasks).await;
    });
}

/// Ends what nobody ends one by one, at once where the answered bell is rung.
pub fn sweep(process: &Process) -> Arc<Notify> {
    let bell = Arc::new(Notify::new());
    let sweeping = Sweeping { db: process.db.clone() };
    process.shutdown.spawn("revocation.sweep", sweeping.run(Arc::clone(&bell), process.shutdown.clone()));
    bell
}

/// Writes what denies live sessions, where the settings say by which means: the policy of this id, or else the permission
/// sets' own. Of several processes, the one with the lease writes.
pub fn cut_sessions(process: &Process) {
    let set = &process.settings.live_sessions;
    if set.policy_id.is_none() && !set.inline_policy {
        return;
    }
    let policy_id = set.policy_id.clone();
    let [bell] = process.bells("sessions.wake", SESSIONS_FACTS);
    let (db, tasks) = (process.db.clone(), process.shutdown.clone());
    process.spawn_in_aws("sessions.work", async move |cloud| {
        let means = match policy_id {
            Some(id) => Means::Policy(cloud.session_policy(&id)),
            None => Means::Inline(cloud.inline_policies().clone()),
        };
        let cutting = CuttingSessions { db, means };
        runtime::work::run("sessions.work", &cutting, &bell, SESSIONS_SCAN, 1, &tasks).await;
    });
}
