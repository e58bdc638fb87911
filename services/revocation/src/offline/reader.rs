//! Reads what is held, now and then and when deadlines changed, and finds out in this way whether Postgres is there.

use std::time::Duration;

use jiff::SignedDuration;
use store::held::{self, Held};
use store::{Db, StoreError};
use tokio::sync::{Notify, mpsc};
use uuid::Uuid;

/// Deadlines up to this far ahead are remembered: longer than Postgres should ever be away.
const HORIZON: SignedDuration = SignedDuration::from_hours(24);
/// How long Postgres may take for an answer.
const ANSWER: Duration = Duration::from_secs(2);
/// How soon it is asked again when it did not answer, and how soon at most when deadlines change all the time.
const SOON: Duration = Duration::from_secs(1);

/// What Postgres said.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) held: Vec<Held>,
    /// How many instances are before this one.
    pub(super) rank: u32,
}

pub(super) struct Reader {
    pub(super) db: Db,
    pub(super) instance: Uuid,
    pub(super) refresh: Duration,
}

impl Reader {
    /// Tells each answer, and each silence, for as long as this is polled and somebody listens.
    pub(super) async fn run(self, changed: &Notify, tell: mpsc::Sender<Option<Answer>>) {
        let clock = self.db.clock();
        loop {
            let answer = match clock.within(ANSWER, self.read()).await {
                Some(Ok(answer)) => Some(answer),
                Some(Err(error)) => {
                    tracing::debug!(%error, "deadlines could not be read");
                    None
                }
                None => None,
            };
            let answered = answer.is_some();
            if tell.send(answer).await.is_err() {
                return;
            }
            clock.sleep(SOON.min(self.refresh)).await;
            if answered {
                tokio::select! {
                    biased;
                    () = changed.notified() => {}
                    () = clock.sleep(self.refresh.saturating_sub(SOON)) => {}
                }
            }
        }
    }

    async fn read(&self) -> Result<Answer, StoreError> {
        let now = self.db.clock().now();
        let mut connection = self.db.read().await?;
        let rank = held::attend(&mut connection, self.instance, now).await?;
        Ok(Answer { held: held::all(&mut connection, now + HORIZON).await?, rank })
    }
}

/// Tells the database that this instance leaves: those behind wait a little in vain otherwise.
pub(super) async fn leave(db: &Db, instance: Uuid) {
    let leaving = async { held::leave(&mut *db.read().await?, instance).await };
    if !matches!(db.clock().within(ANSWER, leaving).await, Some(Ok(()))) {
        tracing::debug!("the database could not be told that this instance leaves");
    }
}
