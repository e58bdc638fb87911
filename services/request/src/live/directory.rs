//! Tells followers that the directory, or how far its reading is, changed. Whichever process reads it writes that into the
//! database, so every process looks there; one short look a second serves all who follow, and nobody looks where nobody does.

use std::time::Duration;

use store::directory::{Standing, standing};
use store::{Db, StoreError};
use tokio::sync::broadcast::Sender;
use tokio_util::sync::CancellationToken;

use super::Told;

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(1);

/// Looks until the process stops.
pub async fn watch(db: &Db, told: &Sender<Told>, stop: &CancellationToken) {
    let mut seen = None;
    while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
        if told.receiver_count() == 0 {
            seen = None;
            continue;
        }
        match look(db).await {
            // The first time too: it may have changed since whoever follows has looked.
            Ok(now) if seen.as_ref() != Some(&now) => {
                seen = Some(now);
                let _ = told.send(Told::Directory);
            }
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "it is not known how far the directory is"),
        }
    }
}

async fn look(db: &Db) -> Result<Standing, StoreError> {
    let mut connection = db.read().await?;
    Ok(standing(&mut connection, db.clock().now()).await?.told())
}
