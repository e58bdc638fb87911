//! The background: the directory is kept, new matches of selectors are announced, and old idempotency keys are forgotten.

use std::time::Duration;

use process::Process;
use store::idempotency;

use crate::{directory, policy};

/// How often old idempotency keys are swept, and how many at once.
const SWEEP: Duration = Duration::from_secs(600);
const SWEEP_BATCH: i64 = 5_000;

/// Starts the workers.
pub fn start(process: Process) {
    directory::start(&process);
    policy::start(&process);
    let (db, shutdown, stop) = (process.db, process.shutdown.clone(), process.shutdown);
    shutdown.spawn("request.sweep", async move {
        while stop.sleep(SWEEP).await {
            match idempotency::forget_old(&db, SWEEP_BATCH).await {
                Ok(forgotten) => tracing::debug!(forgotten, "old idempotency keys"),
                Err(error) => tracing::warn!(%error, "old idempotency keys stay for now"),
            }
        }
    });
}
