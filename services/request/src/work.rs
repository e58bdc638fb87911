//! The background: the directory is kept, new matches of selectors and late reviews are told, and old idempotency
//! keys are forgotten.

use std::time::Duration;

use domain::Actor;
use process::Process;
use store::{Db, StoreError, idempotency, reviews};

use crate::usecase::close_due;
use crate::{directory, policy};

/// How often old idempotency keys are swept, and how many at once.
const SWEEP: Duration = Duration::from_secs(600);
const SWEEP_BATCH: i64 = 5_000;
/// How often it is looked whether a review is late, and how many are told at once.
const REVIEWS: Duration = Duration::from_secs(30);
const REVIEWS_BATCH: i64 = 100;

/// How often it is looked for requests of leavers and emergencies.
const CLOSING: Duration = Duration::from_secs(1);

/// Starts the workers.
pub fn start(process: &Process) {
    directory::start(process);
    policy::start(process);
    process.spawn_every("request.reviews", REVIEWS, tell_reviews);
    process.spawn_every("request.close", CLOSING, close);
    process.spawn_every("request.sweep", SWEEP, sweep);
}

async fn tell_reviews(db: Db) {
    match tell_overdue_reviews(&db).await {
        Ok(0) => {}
        Ok(told) => tracing::info!(reviews = told, "reviews are overdue"),
        Err(error) => tracing::warn!(%error, "overdue reviews are told later"),
    }
}

async fn close(db: Db) {
    match close_due(&db).await {
        Ok(0) => {}
        Ok(closed) => tracing::warn!(requests = closed, "closed requests of leavers and emergencies"),
        Err(error) => tracing::warn!(%error, "requests of leavers and emergencies are closed later"),
    }
}

async fn sweep(db: Db) {
    match idempotency::forget_old(&db, SWEEP_BATCH).await {
        Ok(forgotten) => tracing::debug!(forgotten, "old idempotency keys"),
        Err(error) => tracing::warn!(%error, "old idempotency keys stay for now"),
    }
}

/// Tells the reviews that are late, each once; answers how many.
///
/// # Errors
/// When Postgres is away; nothing was told then.
pub async fn tell_overdue_reviews(db: &Db) -> Result<usize, StoreError> {
    let mut all = 0;
    loop {
        let mut tx = db.begin(Actor::service("request")).await?;
        let told = reviews::tell_overdue(&mut tx, REVIEWS_BATCH).await?;
        tx.commit().await?;
        all += told;
        if i64::try_from(told).unwrap_or(i64::MAX) < REVIEWS_BATCH {
            return Ok(all);
        }
    }
}
