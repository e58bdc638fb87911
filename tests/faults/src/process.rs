//! Processes: the loop of every leased worker, played at gates. They die, stand still, and come back.

use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

use domain::fact::Occurred;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, select};
use jiff::{SignedDuration, Timestamp};
use revocation::offline::Offline;
use runtime::work::Worker;
use store::Db;
use store::leases::{Leases, RENEWED_EVERY};
use tokio::sync::Notify;

use crate::stage::{Stage, State, TaskId};

/// How soon a worker looks by itself when something may have changed; really it looks more often.
const SCAN: SignedDuration = SignedDuration::from_secs(4);
/// The same where nothing has changed since it looked last, and work is on its way all the same.
const RARELY: SignedDuration = SignedDuration::from_secs(30);
/// Pieces in hand at once.
const ROOM: usize = 6;

/// What a process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Grant,
    Revocation,
    /// Sees to the schedules inside AWS.
    Keeper,
    /// Ends what leavers have, and what an emergency is about.
    Sweeper,
    /// Writes whose live sessions are denied.
    Cutter,
    /// Compares what AWS shows with what is known.
    Comparer,
    /// Remembers what to remove while Postgres is away.
    Memory,
}

impl Kind {
    /// The facts that ring for it.
    const fn facts(self) -> &'static [&'static str] {
        match self {
            Self::Grant => grant::FACTS,
            Self::Revocation | Self::Memory => revocation::FACTS,
            Self::Keeper => grant::BACKSTOP_FACTS,
            Self::Sweeper | Self::Comparer => &[],
            Self::Cutter => &["grant.ended.v1"],
        }
    }
}

/// All processes.
#[derive(Default)]
pub struct Processes {
    pub all: Vec<Process>,
    /// Counts the commits that may have made work.
    changes: u64,
    /// When the last one was.
    changed_at: Timestamp,
    /// Bells that ring once more.
    echoes: BTreeSet<(Timestamp, usize)>,
    /// Who found work and no place for it looks again after this.
    pub patience: SignedDuration,
}

/// One process.
pub struct Process {
    pub kind: Kind,
    pub is_alive: bool,
    /// Death came inside a commit; it is found at the next gate.
    pub is_dying: bool,
    pub frozen_until: Option<Timestamp>,
    /// The gate at which it rests, if it does.
    resting: Option<u64>,
    /// When it was rung for or changes came while it did not rest.
    wake_at: Option<Timestamp>,
    in_hand: usize,
    /// How many changes there had been when it last looked.
    seen: u64,
    /// The task that looks for work now.
    looks: Option<TaskId>,
}

impl Process {
    pub const fn new(kind: Kind) -> Self {
        Self {
            kind,
            is_alive: true,
            is_dying: false,
            frozen_until: None,
            resting: None,
            wake_at: None,
            in_hand: 0,
            seen: 0,
            looks: None,
        }
    }
}

impl Processes {
    pub fn dies(&mut self, process: usize) {
        if let Some(process) = self.all.get_mut(process) {
            process.is_dying = true;
        }
    }
}

impl State {
    /// What was committed: it is written down, and rings.
    pub fn tell(&mut self, facts: &[Occurred]) {
        for fact in facts {
            let now = self.now;
            self.record.tell(now, fact);
        }
        let looks = |(task, process): (TaskId, usize)| {
            self.processes.all.get(process).is_some_and(|process| process.looks == Some(task))
        };
        // What a writer of policies keeps for itself makes no work for anybody else.
        let is_writer = |(_, process): (TaskId, usize)| {
            self.processes.all.get(process).is_some_and(|process| process.kind == Kind::Cutter)
        };
        if facts.is_empty() && self.current.is_some_and(|current| looks(current) || is_writer(current)) {
            return;
        }
        self.changed();
        for at in 0..self.processes.all.len() {
            let Some(kind) = self.processes.all.get(at).map(|process| process.kind) else { continue };
            let rings = facts.iter().any(|told| kind.facts().contains(&told.fact.name()));
            let is_lost = self.now < self.chaos.until && self.happens(self.chaos.lost_bell);
            if rings && !is_lost {
                let when = self.now + self.up_to(SignedDuration::from_millis(300));
                self.wake(at, when);
                if self.now < self.chaos.until && self.happens(self.chaos.echo) {
                    let again = when + self.up_to(SignedDuration::from_mins(2));
                    self.processes.echoes.insert((again, at));
                }
            }
        }
    }

    /// When a bell rings once more.
    pub fn next_echo(&self) -> Option<Timestamp> {
        self.processes.echoes.first().map(|(at, _)| *at)
    }

    /// Bells that come twice ring.
    pub fn echo(&mut self) {
        while let Some((at, process)) = self.processes.echoes.first().copied().filter(|(at, _)| *at <= self.now) {
            self.processes.echoes.remove(&(at, process));
            self.wake(process, self.now);
        }
    }

    /// A process is dead or stands still.
    pub fn trouble(&mut self, process: usize, from: Timestamp, until: Timestamp) {
        self.record.trouble(from, until);
        if let Some(process) = self.processes.all.get(process) {
            self.record.of_process.push((process.kind, from, until));
        }
    }

    /// Something may have changed for everybody: they look at their next scan.
    pub fn changed(&mut self) {
        self.processes.changes += 1;
        self.processes.changed_at = self.now;
        let when = self.now + SCAN;
        for at in 0..self.processes.all.len() {
            self.wake(at, when);
        }
    }

    fn wake(&mut self, process: usize, when: Timestamp) {
        let Some(process) = self.processes.all.get_mut(process) else { return };
        match process.resting.and_then(|gate| self.gates.get_mut(&gate)) {
            Some(gate) => gate.at = Some(gate.at.map_or(when, |at| at.min(when))),
            None => process.wake_at = Some(process.wake_at.map_or(when, |at| at.min(when))),
        }
    }

    /// How long it rests that found nothing, when this is the next thing due.
    fn rest_until(&mut self, process: usize, due: Option<Timestamp>) -> Timestamp {
        let far = self.now + SignedDuration::from_hours(100);
        let moving = self.record.is_moving();
        let Processes { changes, changed_at, patience, .. } = self.processes;
        let Some(process) = self.processes.all.get_mut(process) else { return far };
        let least = if process.seen == changes { patience } else { SignedDuration::from_millis(1) };
        let mut at = due.unwrap_or(far).max(self.now + least);
        // What a schedule waits for before it is needless is in no time that is due: it is looked for now and then.
        let lately = process.kind == Kind::Keeper && self.now < changed_at + RARELY * 3;
        if moving || lately {
            at = at.min(self.now + RARELY);
        }
        if process.seen != changes {
            at = at.min(self.now + SCAN);
        }
        process.wake_at.take().map_or(at, |wake| at.min(wake.max(self.now)))
    }
}

/// The life of a worker's process, as `runtime::work::run` has it; what it has in hand keeps its leases.
pub fn run<W: Worker + Send + Sync + 'static>(
    stage: Stage,
    process: usize,
    worker: W,
    kept: (Db, Leases),
) -> BoxFuture<'static, ()> {
    async move {
        stage.point("point").await;
        loop {
            while stage.hands_full(process) {
                stage.rest("hands full", Duration::from_millis(50)).await;
            }
            let changes = stage.looks(process, true);
            let claimed = worker.claim(ROOM).await;
            stage.looks(process, false);
            match claimed {
                Ok(jobs) if jobs.is_empty() => {
                    if let Some(process) = stage.state().processes.all.get_mut(process) {
                        process.seen = changes;
                    }
                    let Ok(due) = worker.next_due().await else { continue };
                    rest(&stage, process, due).await;
                }
                Ok(jobs) => {
                    let mut state = stage.state();
                    state.changed();
                    for job in jobs {
                        if let Some(process) = state.processes.all.get_mut(process) {
                            process.in_hand += 1;
                        }
                        let (on, (db, leases)) = (stage.clone(), kept.clone());
                        let work = async move {
                            on.point("point").await;
                            let renewing = async {
                                loop {
                                    on.rest("lease", RENEWED_EVERY).await;
                                    // Where the database is away, the lease runs out.
                                    let _ = leases.renew(&db).await;
                                }
                            };
                            select(pin!(job.run()), pin!(renewing)).await;
                            if let Some(process) = on.state().processes.all.get_mut(process) {
                                process.in_hand = process.in_hand.saturating_sub(1);
                            }
                        };
                        state.made.push((process, work.boxed()));
                    }
                }
                Err(error) => {
                    stage.state().note(|| format!("process {process} could not look: {error}"));
                    stage.rest("after trouble", Duration::from_millis(500)).await;
                }
            }
        }
    }
    .boxed()
}

/// The life of a process that looks by itself and does what it finds in one go, which says when it has to look again.
pub fn look<F>(stage: Stage, process: usize, step: impl Fn() -> F + Send + 'static) -> BoxFuture<'static, ()>
where
    F: Future<Output = Result<Option<Timestamp>, String>> + Send + 'static,
{
    async move {
        stage.point("point").await;
        loop {
            let changes = stage.looks(process, true);
            let looked = step().await;
            stage.looks(process, false);
            match looked {
                Ok(due) => {
                    if let Some(process) = stage.state().processes.all.get_mut(process) {
                        process.seen = changes;
                    }
                    rest(&stage, process, due).await;
                }
                Err(error) => {
                    stage.state().note(|| format!("process {process} could not look: {error}"));
                    stage.rest("after trouble", Duration::from_secs(1)).await;
                }
            }
        }
    }
    .boxed()
}

/// The life of a process that remembers, and hears when there may be something new.
pub fn remember(stage: Stage, process: usize, offline: Offline) -> BoxFuture<'static, ()> {
    async move {
        stage.point("point").await;
        let changed = Notify::new();
        let ringing = async {
            loop {
                let changes = stage.looks(process, false);
                if let Some(process) = stage.state().processes.all.get_mut(process) {
                    process.seen = changes;
                }
                rest(&stage, process, None).await;
                changed.notify_one();
            }
        };
        let instance = store::new_id();
        select(pin!(offline.remember(instance, &changed, Box::new(|| {}))), pin!(ringing)).await;
    }
    .boxed()
}

impl Stage {
    fn hands_full(&self, process: usize) -> bool {
        self.state().processes.all.get(process).is_some_and(|process| process.in_hand >= ROOM)
    }

    /// Returns how many changes there have been.
    fn looks(&self, process: usize, does: bool) -> u64 {
        let mut state = self.state();
        let task = state.current.map(|(task, _)| task).filter(|_| does);
        if let Some(process) = state.processes.all.get_mut(process) {
            process.looks = task;
        }
        state.processes.changes
    }
}

/// Rests until something is due, or it is rung for.
async fn rest(stage: &Stage, process: usize, due: Option<Timestamp>) {
    let time = {
        let mut state = stage.state();
        let until = state.rest_until(process, due);
        Duration::try_from(until.duration_since(state.now)).unwrap_or_default()
    };
    let mut waiting = stage.rest("idle", time);
    std::future::poll_fn(|context| {
        let polled = waiting.poll_unpin(context);
        let mut state = stage.state();
        let gate = waiting.gate().filter(|_| polled.is_pending());
        if let Some(process) = state.processes.all.get_mut(process) {
            process.resting = gate;
        }
        polled
    })
    .await;
}
