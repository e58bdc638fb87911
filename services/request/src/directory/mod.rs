//! The directory in the background: who is there, what is under what, what access is.
//!
//! AWS tells no changes, so everything is asked again, and kind means: in lists where there are lists; what costs a
//! call for each piece in rotation, spread over time; each part by one process at a time; behind everybody else in the
//! limits; and only what differs is written. What cannot be read keeps its last good copy, and says how old that is.

mod convert;
mod keeper;
mod plan;
mod rotate;
mod whole;

use domain::Actor;
use process::Process;
use store::{Db, StoreError, directory};

pub use keeper::{Keeper, Step};
pub use plan::Plan;
pub use whole::{Snapshot, take_over};

/// Starts reading, and has `/readyz` say until everything was read once what is missing.
pub fn start(process: &Process) {
    let db = process.db.clone();
    process.health.probe("directory", move || {
        let db = db.clone();
        async move { ready(&db).await }
    });
    let (db, stop) = (process.db.clone(), process.shutdown.clone());
    let plan = Plan::of(&process.settings.aws);
    process.spawn_in_aws("request.directory", async move |cloud| {
        Keeper::new(db, cloud.directory().clone(), plan).run(&stop).await;
    });
}

async fn ready(db: &Db) -> Result<(), String> {
    let away = |error: StoreError| error.to_string();
    let mut connection = db.read().await.map_err(away)?;
    let syncs = directory::syncs(&mut connection).await.map_err(away)?;
    match syncs.iter().find(|sync| sync.succeeded_at.is_none() && sync.part.is_needed()) {
        None => Ok(()),
        Some(sync) => {
            let why = sync.error.as_deref().unwrap_or("not yet");
            Err(format!("{} were never read: {why}", sync.part.as_str()))
        }
    }
}

/// The directory is kept by no person.
fn keeper() -> Actor {
    Actor::service("request")
}
