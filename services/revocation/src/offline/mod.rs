//! Deadlines that hold while Postgres is away: what Curfew holds in AWS, and until when, is kept in memory, and removed
//! from there when its time is up and Postgres cannot be asked. What was done is written down when it is back.
//!
//! What is remembered is a few seconds old at most. An access that was extended or given in just those seconds may be cut
//! by it; the usual work gives it again. What was there before Curfew is never remembered, and so never touched.

mod memory;
mod reach;
mod reader;
mod remove;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use cloud::Deletions;
use domain::AssignmentId;
use domain::fact::Evidence;
use futures_util::{StreamExt, future, stream};
use jiff::SignedDuration;
use runtime::{Health, Shutdown};
use store::held::Held;
use store::tuple::{Noted, removed_offline};
use store::{Db, StoreError};
use tokio::sync::{Notify, mpsc, watch};
use uuid::Uuid;

use crate::{Removing, observe};
use memory::Memory;
use reach::Reach;
use reader::{Answer, Reader};
use remove::Removal;

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

/// What is called when Postgres has answered.
type Learned = Box<dyn Fn() + Send + Sync>;

/// One instance's memory, and what it does with it.
pub struct Offline {
    db: Db,
    aws: Deletions,
    lag: SignedDuration,
    limits: Limits,
    memory: Memory,
    reach: Reach,
    /// Being removed just now.
    in_hand: BTreeSet<AssignmentId>,
    /// Removed, and not yet written down.
    removed: BTreeMap<AssignmentId, Removed>,
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
            in_hand: BTreeSet::new(),
            removed: BTreeMap::new(),
            away: watch::Sender::new(false),
        }
    }

    /// Runs until the process stops. `changed` rings when deadlines may have changed.
    pub async fn run(self, changed: Arc<Notify>, health: Health, shutdown: &Shutdown) {
        let (db, instance) = (self.db.clone(), store::new_id());
        let learned = Box::new(move || health.set("deadlines", Ok(())));
        tokio::select! {
            () = self.remember(instance, &changed, learned) => {}
            () = shutdown.stopped() => {}
        }
        reader::leave(&db, instance).await;
    }

    /// Remembers, and removes what is due while Postgres is away, for as long as this is polled. `learned` is called with
    /// each answer of Postgres.
    pub async fn remember(self, instance: Uuid, changed: &Notify, learned: Learned) {
        let (tell, answers) = mpsc::channel(1);
        let (send, mut begun) = mpsc::unbounded_channel::<Removal>();
        let (done, finished) = mpsc::unbounded_channel();
        let at_once = self.limits.at_once.max(1);
        let reader = Reader { db: self.db.clone(), instance, refresh: self.limits.refresh };
        let removing =
            stream::poll_fn(move |context| begun.poll_recv(context)).for_each_concurrent(at_once, |removal| {
                let done = done.clone();
                async move {
                    let id = removal.id();
                    // Nobody takes it where the process stops: then the usual work finds out by itself.
                    let _ = done.send((id, removal.run().await));
                }
            });
        future::join3(reader.run(changed, tell), removing, self.go_on(answers, finished, send, learned)).await;
    }

    async fn go_on(
        mut self,
        mut answers: mpsc::Receiver<Option<Answer>>,
        mut finished: mpsc::UnboundedReceiver<(AssignmentId, Option<Removed>)>,
        begin: mpsc::UnboundedSender<Removal>,
        learned: Learned,
    ) {
        loop {
            let rest = if self.reach.is_away() { TICK } else { PATIENT };
            tokio::select! {
                biased;
                answer = answers.recv() => match answer {
                    Some(answer) => self.hear(answer, &learned),
                    None => return,
                },
                Some((id, removed)) = finished.recv() => self.take_back(id, removed),
                () = self.db.clock().sleep(rest) => {}
            }
            if self.reach.is_away() {
                self.remove_due(&begin);
            } else {
                self.write_down().await;
            }
        }
    }

    fn hear(&mut self, answer: Option<Answer>, learned: &Learned) {
        let was_away = self.reach.is_away();
        self.reach.hear(answer.is_some());
        if let Some(Answer { held, rank }) = answer {
            self.memory.learn(held, rank);
            learned();
        }
        let is_away = self.reach.is_away();
        if is_away != was_away {
            self.away.send_replace(is_away);
            observe::database_away(is_away, self.memory.len(), self.memory.rank());
        }
    }

    /// Starts what is due and not in hand. An instance leaves time to those before it.
    fn remove_due(&mut self, begin: &mpsc::UnboundedSender<Removal>) {
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
            let (clock, away) = (self.db.clock().clone(), self.away.subscribe());
            // Whoever would take it is polled together with this.
            let _ = begin.send(Removal::new(clock, self.aws.clone(), self.lag, held, away));
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
