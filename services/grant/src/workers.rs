//! What works here without being asked, a function for each.

use std::sync::Arc;
use std::time::Duration;

use domain::backstop::Timing;
use jiff::SignedDuration;
use process::Process;
use store::leases::Leases;
use tokio::sync::Notify;

use crate::{Adding, Again, Backstop, Keeping};

/// How often the tables are looked at although no fact rang and nothing is known to be due.
const SCAN: Duration = Duration::from_secs(2);
/// Assignments in hand at once.
const ROOM: usize = 64;

/// Makes assignments.
pub fn add(process: &Process, bell: Arc<Notify>) {
    let (slots, timing) = (process::slots(&process.settings), timing(&process.settings.backstop));
    let (db, judge, tasks) = (process.db.clone(), process.judge.clone(), process.shutdown.clone());
    process.spawn_in_aws("grant.work", async move |cloud| {
        let leases = Leases::default();
        let adding = Adding {
            db: db.clone(),
            aws: cloud.creations().clone(),
            again: Again::new(judge, cloud.directory().clone()),
            backstop: Backstop { aws: cloud.backstop().clone(), timing },
            slots,
            leases: leases.clone(),
        };
        tokio::select! {
            () = runtime::work::run("grant.work", &adding, &bell, SCAN, ROOM, &tasks) => {}
            () = leases.renew_for_ever(&db) => {}
        }
    });
}

/// Moves and removes schedules.
pub fn keep_backstop(process: &Process, bell: Arc<Notify>) {
    let timing = timing(&process.settings.backstop);
    let (db, tasks) = (process.db.clone(), process.shutdown.clone());
    process.spawn_in_aws("grant.backstop", async move |cloud| {
        let keeping = Keeping::new(db, Backstop { aws: cloud.backstop().clone(), timing });
        runtime::work::run("grant.backstop", &keeping, &bell, SCAN, ROOM, &tasks).await;
    });
}

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
