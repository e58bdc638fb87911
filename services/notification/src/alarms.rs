//! The scan that raises alarms. It runs where telling is, so that what removes access may be away and somebody still
//! hears of it. Two processes tell each alarm once.

use std::time::Duration;

use domain::Actor;
use runtime::Shutdown;
use store::{Db, StoreError, alarms};

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(5);

/// Looks until the process stops.
pub async fn run(db: Db, stop: Shutdown) {
    while stop.sleep(EVERY).await {
        match step(&db).await {
            Ok(0) => {}
            Ok(changed) => tracing::warn!(changed, "alarms were raised or are over"),
            Err(error) => tracing::warn!(%error, "could not look for alarms, looking again"),
        }
    }
}

/// One look. Returns how many alarms were raised or are over.
///
/// # Errors
/// When Postgres is away.
pub async fn step(db: &Db) -> Result<usize, StoreError> {
    let mut tx = db.begin(Actor::service("notification")).await?;
    let changed = alarms::scan(&mut tx).await?;
    tx.commit().await?;
    Ok(changed)
}
