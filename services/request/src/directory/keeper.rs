//! Whoever reads: takes a part that is due, reads it, writes what differs.

use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

use cloud::{CloudError, Directory, Listed};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use jiff::SignedDuration;
use runtime::Shutdown;
use store::directory::{self, Claim, Part, Replaced, SyncError};
use store::{Db, StoreError};

use super::rotate::{Pieces, Read};
use super::{Plan, Snapshot, keeper, rotate, whole};
use crate::observe;

/// How often it is looked whether something is due.
const LOOK: Duration = Duration::from_secs(1);
/// How often it is told how much was read, where that is more than before.
const TELL: Duration = Duration::from_secs(2);
/// So often a claim is renewed in any case, well before it lapses.
const RENEW: u32 = 5;

/// What became of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing was due, or somebody else reads it.
    Idle,
    /// A list, or a piece of a rotation, was read and taken over.
    Done(Replaced),
    /// It could not be read or was not believed; the last good copy stays.
    Failed,
}

/// Keeps the directory.
pub struct Keeper {
    db: Db,
    source: Directory,
    plan: Plan,
    claim: Claim,
}

/// What a step is about.
enum Job {
    Whole,
    Rotation(Pieces, SignedDuration),
}

/// What was read of it.
enum Answer {
    Whole(Result<Snapshot, CloudError>),
    Rotation(Read, SignedDuration),
}

impl Keeper {
    /// Reads from this source into this database.
    #[must_use]
    pub fn new(db: Db, source: Directory, plan: Plan) -> Self {
        Self { db, source, plan, claim: Claim::new() }
    }

    /// Reads what is due until the process stops; different parts at the same time, since their quotas differ.
    pub async fn run(&self, stop: &Shutdown) {
        let mut busy = BTreeSet::new();
        let mut reading = FuturesUnordered::new();
        while !stop.stopping() {
            for part in self.due().await {
                if busy.insert(part) {
                    reading.push(self.step_or_rest(part).boxed());
                }
            }
            tokio::select! {
                Some(part) = reading.next(), if !reading.is_empty() => { busy.remove(&part); }
                going = stop.sleep(LOOK) => if !going { break },
            }
        }
        // Nothing is written before all of it was read: what is under way may be left where it is.
        drop(reading);
        if let Err(error) = directory::give_back_all(&self.db, self.claim).await {
            tracing::debug!(%error, "others wait until the claims lapse");
        }
    }

    async fn step_or_rest(&self, part: Part) -> Part {
        if let Err(error) = self.step(part).await {
            tracing::debug!(%error, directory.part = part.as_str(), "the directory waits for the database");
            tokio::time::sleep(LOOK).await;
        }
        part
    }

    async fn due(&self) -> Vec<Part> {
        let looked = async {
            let mut connection = self.db.read().await?;
            directory::syncs(&mut connection).await
        };
        match looked.await {
            Ok(syncs) => {
                let now = self.db.clock().now();
                syncs.iter().filter(|sync| self.plan.is_due(sync, &syncs, now)).map(|sync| sync.part).collect()
            }
            Err(error) => {
                tracing::debug!(%error, "the directory waits for the database");
                Vec::new()
            }
        }
    }

    /// Reads a part, or the next piece of it, if that is due.
    ///
    /// # Errors
    /// When Postgres is away. What AWS does not say is no error but [`Step::Failed`].
    pub async fn step(&self, part: Part) -> Result<Step, StoreError> {
        let Some(job) = self.take(part).await? else { return Ok(Step::Idle) };
        let (source, read) = self.source.counting();
        let answer = self.held(part, &read, self.read(&source, part, job)).await;
        let settled = match answer {
            Answer::Whole(Ok(snapshot)) => whole::take_over(&self.db, snapshot).await.map(|replaced| (replaced, None)),
            Answer::Whole(Err(error)) => return self.fail(part, &error.to_string()).await,
            Answer::Rotation(read, rest) => rotate::take_over(&self.db, part, read, rest).await,
        };
        match settled {
            Ok((replaced, None)) => {
                observe::synchronised(part, replaced);
                Ok(Step::Done(replaced))
            }
            Ok((_, Some(error))) => self.fail(part, &error.to_string()).await,
            Err(SyncError::Store(error)) if error.is_away() => Err(error),
            Err(refused) => self.fail(part, &refused.to_string()).await,
        }
    }

    async fn take(&self, part: Part) -> Result<Option<Job>, StoreError> {
        let mut tx = self.db.begin(keeper()).await?;
        let Some(sync) = directory::sync(&mut tx, part).await? else { return Ok(None) };
        let all = directory::syncs(tx.connection()).await?;
        if !self.plan.is_due(&sync, &all, tx.now()) {
            return Ok(None);
        }
        let job = match rotate::next(&mut tx, part, &self.plan).await? {
            Some((pieces, rest)) => Job::Rotation(pieces, rest),
            None => Job::Whole,
        };
        directory::claim(&mut tx, part, self.claim).await?;
        tx.commit().await?;
        Ok(Some(job))
    }

    async fn read(&self, source: &Directory, part: Part, job: Job) -> Answer {
        match job {
            Job::Whole => Answer::Whole(whole::read(&self.db, source, part).await),
            Job::Rotation(pieces, rest) => Answer::Rotation(rotate::read(source, pieces).await, rest),
        }
    }

    /// Renews the claim for as long as it takes, and tells how far it is.
    async fn held<T>(&self, part: Part, read: &Listed, reading: impl Future<Output = T>) -> T {
        let mut reading = pin!(reading);
        let (mut told, mut quiet) = (0, 0);
        loop {
            tokio::select! {
                answer = &mut reading => return answer,
                () = tokio::time::sleep(TELL) => {}
            }
            let so_far = read.so_far();
            quiet += 1;
            if so_far == told && quiet < RENEW {
                continue;
            }
            (told, quiet) = (so_far, 0);
            let renewed = async {
                let mut tx = self.db.begin(keeper()).await?;
                directory::renew(&mut tx, part, self.claim, so_far).await?;
                tx.commit().await
            };
            if let Err(error) = renewed.await {
                tracing::debug!(%error, directory.part = part.as_str(), "the claim lapses, somebody else may read the same");
            }
        }
    }

    async fn fail(&self, part: Part, error: &str) -> Result<Step, StoreError> {
        observe::not_synchronised(part, error);
        let mut tx = self.db.begin(keeper()).await?;
        directory::note_failure(&mut tx, part, error).await?;
        tx.commit().await?;
        Ok(Step::Failed)
    }
}
