//! Time and turns. Everything that runs waits at gates: between two units of work, at a call's answer, in a rest. Only one
//! task runs between two gates, and which goes on is drawn by the seed, so that a seed plays the same every time.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use simulator::inside::Organization;

use crate::chaos::Chaos;
use crate::process::Processes;
use crate::record::Record;
use crate::wire::Network;

/// Longer than any statement takes.
const FOR_POSTGRES: Duration = Duration::from_secs(5);

/// The scheduler's name of a task.
pub type TaskId = u64;

/// What is shared by everything that is played.
#[derive(Clone)]
pub struct Stage(Arc<Mutex<State>>);

/// Behind the stage's lock.
pub struct State {
    pub now: Timestamp,
    pub random: StdRng,
    /// Who is being polled: a task, and the process that it belongs to.
    pub current: Option<(TaskId, usize)>,
    pub gates: BTreeMap<u64, Gate>,
    /// Units of work that each task has open.
    pub open: BTreeMap<TaskId, usize>,
    /// Tasks that were made and not yet begun.
    pub made: Vec<(usize, BoxFuture<'static, ()>)>,
    pub processes: Processes,
    pub network: Network,
    pub organization: Organization,
    pub chaos: Chaos,
    pub record: Record,
    next: u64,
}

/// Where somebody waits.
pub struct Gate {
    pub task: TaskId,
    pub process: usize,
    pub label: &'static str,
    /// From when it may open; never by itself, if there is no such time.
    pub at: Option<Timestamp>,
    /// The call whose answer opens it.
    pub flight: Option<u64>,
    is_open: bool,
    waker: Waker,
}

impl Stage {
    pub fn new(seed: u64, now: Timestamp, organization: Organization, chaos: Chaos) -> Self {
        Self(Arc::new(Mutex::new(State {
            now,
            random: StdRng::seed_from_u64(seed),
            current: None,
            gates: BTreeMap::new(),
            open: BTreeMap::new(),
            made: Vec::new(),
            processes: Processes::default(),
            network: Network::default(),
            organization,
            chaos,
            record: Record::default(),
            next: 0,
        })))
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A point: others may go first.
    pub fn point(&self, label: &'static str) -> Wait {
        let at = Some(self.state().now);
        Wait { stage: self.clone(), label, at, flight: None, id: None }
    }

    /// A rest.
    pub fn rest(&self, label: &'static str, time: Duration) -> Wait {
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        let at = self.state().now.checked_add(time).ok();
        Wait { stage: self.clone(), label, at, flight: None, id: None }
    }

    /// Until the answer of this call is there.
    pub fn answer(&self, flight: u64) -> Wait {
        Wait { stage: self.clone(), label: "answer", at: None, flight: Some(flight), id: None }
    }

    /// Polls a task until it waits at a gate again, with no connection to Postgres in use. Whether it came to its end.
    pub async fn drive(
        &self,
        id: TaskId,
        process: usize,
        task: &mut BoxFuture<'static, ()>,
        in_use: impl Fn() -> usize,
    ) -> bool {
        self.state().current = Some((id, process));
        let began = Instant::now();
        let mut ended = false;
        std::future::poll_fn(|context| {
            ended = ended || task.as_mut().poll(context).is_ready();
            match ended || self.state().waits(id) {
                // It waits for Postgres, and nobody else runs meanwhile.
                false => Poll::Pending,
                true if in_use() == 0 => Poll::Ready(()),
                true if began.elapsed() > FOR_POSTGRES => {
                    self.state().record.broken("a connection is held while waiting for something else".to_owned());
                    Poll::Ready(())
                }
                // It stands at a gate or is over, and does something else with Postgres besides or just did: what it
                // gave up is rolled back, and lets go of its locks, only when the connection is back.
                true => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
            }
        })
        .await;
        self.state().current = None;
        ended
    }
}

impl State {
    pub fn next_number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Whether the task stands at a closed gate, and not inside a unit of work.
    fn waits(&self, task: TaskId) -> bool {
        self.open.get(&task).is_none_or(|units| *units == 0)
            && self.gates.values().any(|gate| gate.task == task && !gate.is_open)
    }

    pub fn open_gate(&mut self, id: u64) {
        if let Some(gate) = self.gates.get_mut(&id) {
            gate.is_open = true;
            gate.waker.wake_by_ref();
        }
    }

    pub fn chance(&mut self) -> f64 {
        self.random.random()
    }

    /// Whether it happens, with this probability.
    pub fn happens(&mut self, probability: f64) -> bool {
        probability > 0.0 && self.random.random::<f64>() < probability
    }

    /// A time up to this one.
    pub fn up_to(&mut self, most: SignedDuration) -> SignedDuration {
        let most = i64::try_from(most.as_micros()).unwrap_or(i64::MAX).max(0);
        SignedDuration::from_micros(self.random.random_range(0..=most))
    }

    /// Writes down what happened.
    pub fn note(&mut self, what: impl FnOnce() -> String) {
        let now = self.now;
        self.record.note(now, what());
    }
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stage")
    }
}

/// Somebody who waits at a gate, or will as soon as they are polled.
pub struct Wait {
    stage: Stage,
    label: &'static str,
    at: Option<Timestamp>,
    flight: Option<u64>,
    id: Option<u64>,
}

impl Wait {
    /// The gate's number, once there is one.
    pub const fn gate(&self) -> Option<u64> {
        self.id
    }
}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let stage = self.stage.clone();
        let mut state = stage.state();
        let Some(id) = self.id else {
            // What is played by nobody's process waits for nothing, and its time-outs never come.
            let Some((task, process)) = state.current else {
                return if self.label == "point" { Poll::Ready(()) } else { Poll::Pending };
            };
            let id = state.next_number();
            let (label, at, flight) = (self.label, self.at, self.flight);
            let at = at.or_else(|| flight.and_then(|flight| state.network.answered_at(flight)));
            let waker = context.waker().clone();
            state.gates.insert(id, Gate { task, process, label, at, flight, is_open: false, waker });
            self.id = Some(id);
            return Poll::Pending;
        };
        match state.gates.get_mut(&id) {
            Some(gate) if !gate.is_open => {
                gate.waker = context.waker().clone();
                Poll::Pending
            }
            Some(_) | None => {
                state.gates.remove(&id);
                Poll::Ready(())
            }
        }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.stage.state().gates.remove(&id);
        }
    }
}
