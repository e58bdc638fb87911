//! Deadlines that hold while Postgres is away: what Curfew holds in AWS, and until when, is kept in memory, and removed
//! from there when its time is up and Postgres cannot be asked. What was done is written down when it is back.
//!
//! What is remembered is a few seconds old at most. An access that was extended or given in just those seconds may be cut
//! by it; the usual work gives it again. What was there before Curfew is never remembered, and so never touched.

mod memory;
mod reach;
mod reader;
mod remove;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use cloud::Deletions;
use domain::AssignmentId;
use domain::fact::Evidence;
use jiff::SignedDuration;
use runtime::{Health, Shutdown};
use store::held::Held;
use store::tuple::{Noted, removed_offline};
use store::{Db, StoreError};
use tokio::sync::{Notify, Semaphore, mpsc, watch};

use crate::{Removing, observe};
use memory::Memory;
use reach::Reach;
use reader::{Answer, Reader};

/// How often it is looked what is due, while Postgres is away.
const TICK: Duration = Duration::from_millis(100);
/// And while it is there: the usual work does what is due.
const PATIENT: Duration = Duration::from_secs(60);
/// How long an instance leaves to each of those before it.
const STEP: SignedDuration = SignedDuration::from_secs(3);
/// How often a creation that may still land is looked for after its removal.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(20);

/// What an operator set.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How often what is remembered is read anew.
    pub refresh: Duration,
    /// Removals under way at once.
    pub at_once: usize,
}

/// One instance's memory, and what it does with it.
pub struct Offline {
    db: Db,
    aws: Deletions,
    lag: SignedDuration,
    limits: Limits,
    memory: Memory,
    reach: Reach,
    /// Being removed just now.
    in_hand: HashSet<AssignmentId>,
    /// Removed, and not yet written down.
    removed: HashMap<AssignmentId, Removed>,
    /// Tells those in hand whether Postgres is away.
    away: watch::Sender<bool>,
}

/// Something that was removed, and how that is known.
#[derive(Debug, Clone)]
pub struct Removed {
    held: Held,
    evidence: Evidence,
}

impl Offline {
    /// One that remembers nothing yet.
    #[must_use]
    pub fn new(db: Db, aws: Deletions, lag: SignedDuration, limits: Limits) -> Self {
        Self {
            db,
            aws,
            lag,
            limits,
            memory: Memory::default(),
            reach: Reach::default(),
            in_hand: HashSet::new(),
            removed: HashMap::new(),
            away: watch::Sender::new(false),
        }
    }

    /// Runs until the process stops. `changed` rings when deadlines may have changed.
    pub async fn run(mut self, changed: Arc<Notify>, health: Health, shutdown: &Shutdown) {
        let (done, mut finished) = mpsc::unbounded_channel();
        let (tell, mut answers) = mpsc::channel(1);
        let reader = Reader { db: self.db.clone(), instance: store::new_id(), refresh: self.limits.refresh };
        shutdown.spawn("revocation.offline.reader", reader.run(changed, tell, shutdown.clone()));
        let places = Arc::new(Semaphore::new(self.limits.at_once.max(1)));
        while !shutdown.stopping() {
            let rest = if self.reach.is_away() { TICK } else { PATIENT };
            tokio::select! {
                Some(answer) = answers.recv() => self.hear(answer, &health),
                Some((id, removed)) = finished.recv() => self.take_back(id, removed),
                () = tokio::time::sleep(rest) => {}
                () = shutdown.stopped() => {}
            }
            if self.reach.is_away() {
                self.remove_due(&places, &done, shutdown);
            } else {
                self.write_down().await;
            }
        }
    }

    fn hear(&mut self, answer: Option<Answer>, health: &Health) {
        let was_away = self.reach.is_away();
        self.reach.hear(answer.is_some());
        if let Some(Answer { held, rank }) = answer {
            self.memory.learn(held, rank);
            health.set("deadlines", Ok(()));
        }
        let is_away = self.reach.is_away();
        if is_away != was_away {
            self.away.send_replace(is_away);
            observe::database_away(is_away, self.memory.len(), self.memory.rank());
        }
    }

    /// Starts what is due and not in hand. An instance leaves time to those before it.
    fn remove_due(
        &mut self,
        places: &Arc<Semaphore>,
        done: &mpsc::UnboundedSender<(AssignmentId, Option<Removed>)>,
        shutdown: &Shutdown,
    ) {
        let now = self.db.clock().now();
        let until = now - STEP * i32::try_from(self.memory.rank()).unwrap_or(i32::MAX).min(20);
        let seen = |removed: &Removed| match &removed.evidence {
            Evidence::DeletedAndReadBack { read_at } => *read_at,
            Evidence::AbsentTwice { second_at, .. } => *second_at,
            Evidence::NeverAttempted | Evidence::KeptByAnotherGrant { .. } | Evidence::PreExistingLeft => now,
        };
        let due: Vec<Held> = self
            .memory
            .due(until)
            .filter(|held| !self.in_hand.contains(&held.id))
            .filter(|held| match self.removed.get(&held.id) {
                Some(removed) => held.create_unresolved && now >= seen(removed) + LOOK_AGAIN,
                None => true,
            })
            .cloned()
            .collect();
        for held in due {
            self.in_hand.insert(held.id);
            let (places, done, away) = (Arc::clone(places), done.clone(), self.away.subscribe());
            let removal = remove::Removal::new(self.db.clock().clone(), self.aws.clone(), self.lag, held, away);
            shutdown.spawn_brief("revocation.offline", async move {
                let id = removal.id();
                let removed = match places.acquire().await {
                    Ok(_place) => removal.run().await,
                    Err(_) => None,
                };
                // Nobody takes it where the process stops: then the usual work finds out by itself.
                let _ = done.send((id, removed));
            });
        }
    }

    fn take_back(&mut self, id: AssignmentId, removed: Option<Removed>) {
        self.in_hand.remove(&id);
        if let Some(removed) = removed {
            observe::removed_offline(&removed.held.tuple);
            self.removed.insert(id, removed);
        }
    }

    /// Writes down what was removed, now that Postgres answers. What cannot be written is kept.
    async fn write_down(&mut self) {
        let ids: Vec<AssignmentId> = self.removed.keys().copied().collect();
        for id in ids {
            let Some(removed) = self.removed.get(&id) else { continue };
            match self.note(removed).await {
                Ok(noted) => {
                    observe::written_down(&removed.held.tuple, noted);
                    self.removed.remove(&id);
                }
                Err(error) => {
                    observe::step_lost(&error);
                    return;
                }
            }
        }
    }

    async fn note(&self, removed: &Removed) -> Result<Noted, StoreError> {
        let mut tx = self.db.begin(Removing::actor()).await?;
        let noted = removed_offline(&mut tx, &removed.held, &removed.evidence).await?;
        tx.commit().await?;
        Ok(noted)
    }
}
