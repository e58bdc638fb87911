//! Processes: the loop of every leased worker, played at gates. They die, stand still, and come back.

use std::time::Duration;

use domain::fact::Occurred;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use runtime::work::Worker;

use crate::stage::{Stage, State, TaskId};

/// How often a worker looks by itself.
const SCAN: SignedDuration = SignedDuration::from_secs(2);
/// The same where nothing has changed since it looked last, and work is on its way all the same.
const RARELY: SignedDuration = SignedDuration::from_secs(30);
/// Pieces in hand at once.
const ROOM: usize = 6;

/// What a process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Grant,
    Revocation,
}

impl Kind {
    /// The facts that ring for it.
    const fn facts(self) -> &'static [&'static str] {
        match self {
            Self::Grant => grant::FACTS,
            Self::Revocation => revocation::FACTS,
        }
    }
}

/// All processes.
#[derive(Default)]
pub struct Processes {
    pub all: Vec<Process>,
    /// Counts the commits that may have made work.
    changes: u64,
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
        if facts.is_empty() && self.current.is_some_and(looks) {
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
            }
        }
    }

    /// Something may have changed for everybody: they look at their next scan.
    fn changed(&mut self) {
        self.processes.changes += 1;
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
        let Some(process) = self.processes.all.get_mut(process) else { return far };
        let mut at = due.unwrap_or(far).max(self.now + SignedDuration::from_millis(1));
        if moving {
            at = at.min(self.now + RARELY);
        }
        if process.seen != self.processes.changes {
            at = at.min(self.now + SCAN);
        }
        process.wake_at.take().map_or(at, |wake| at.min(wake.max(self.now)))
    }
}

/// The life of a worker's process, as `runtime::work::run` has it.
pub fn run<W: Worker + Send + Sync + 'static>(stage: Stage, process: usize, worker: W) -> BoxFuture<'static, ()> {
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
                        let on = stage.clone();
                        let work = async move {
                            on.point("point").await;
                            job.run().await;
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
