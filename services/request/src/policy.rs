//! What the service does about documents without being asked: it makes the built-in guardrail once, and tells of new
//! matches of selectors.

use std::time::Duration;

use domain::Actor;
use judge::Books;
use process::Process;
use store::{Db, StoreError};

use crate::observe;
use crate::usecase::documents;

/// How often it is looked whether documents or the directory moved.
const LOOK: Duration = Duration::from_secs(5);
/// How long the database is waited for at the start.
const PAUSE: Duration = Duration::from_secs(1);

/// Makes the built-in guardrail before anybody can ask for anything.
///
/// # Errors
/// When the process stops before the database was there, or a stored document cannot be read.
pub async fn build_in(process: &Process) -> anyhow::Result<()> {
    loop {
        match try_build_in(&process.db).await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_away() => tracing::warn!(%error, "the built-in guardrail waits for the database"),
            Err(error) => return Err(error.into()),
        }
        if !process.shutdown.sleep(PAUSE).await {
            anyhow::bail!("stopped before the database was there");
        }
    }
}

async fn try_build_in(db: &Db) -> Result<(), StoreError> {
    let mut tx = db.begin(Actor::service("request")).await?;
    if documents::build_in(&mut tx).await? {
        tx.commit().await?;
    }
    Ok(())
}

/// Starts telling of new matches.
pub fn start(process: &Process) {
    let books = process.judge.books.clone();
    process.spawn_every("request.matches", LOOK, move |db| {
        let books = books.clone();
        async move {
            if let Err(error) = announce(&db, &books).await {
                tracing::debug!(%error, "new matches wait for the database");
            }
        }
    });
}

async fn announce(db: &Db, books: &Books) -> Result<(), StoreError> {
    let mut tx = db.begin(Actor::service("request")).await?;
    let Some(announced) = documents::announce(&mut tx, books).await? else { return Ok(()) };
    tx.commit().await?;
    if announced > 0 {
        observe::matched(announced);
    }
    Ok(())
}
