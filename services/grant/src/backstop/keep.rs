//! The work on schedules that are there already, or shall not be: moved for a later deadline, removed after a removal, put
//! there for access that has none. Found by a scan, leased, and tried for ever.

use std::sync::{Arc, Mutex, PoisonError};

use cloud::{CallError, Course, Effect, course};
use domain::Actor;
use domain::backstop::BackstopState;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use runtime::work::{Job, Worker};
use store::backstops::{self, Backstop as Row, Keep, Order};
use store::tuple::CALL_BOUND;
use store::{Db, StoreError};

use super::Backstop;
use crate::add::SEND_WITHIN;
use crate::observe;

/// How often everything is looked through for what nothing rang about.
const SWEEP: SignedDuration = SignedDuration::from_secs(15);
/// How much of a kind is dealt with in one transaction.
const BATCH: i64 = 200;
/// The rest after what waiting does not help against.
const PARKED: SignedDuration = SignedDuration::from_secs(300);

/// What keeps schedules as they should be.
#[derive(Clone)]
pub struct Keeping {
    db: Db,
    backstop: Backstop,
    swept_at: Arc<Mutex<Option<Timestamp>>>,
}

impl Keeping {
    /// Looks through everything first.
    #[must_use]
    pub fn new(db: Db, backstop: Backstop) -> Self {
        Self { db, backstop, swept_at: Arc::default() }
    }

    /// Who is behind what this worker changes.
    #[must_use]
    pub fn actor() -> Actor {
        Actor::service("grant")
    }

    async fn sweep_and_claim(&self, room: usize, sweep: bool) -> Result<(Vec<Keep>, Timestamp), StoreError> {
        let mut tx = self.db.begin(Self::actor()).await?;
        let on = self.backstop.is_on();
        if sweep {
            backstops::sweep(&mut tx, on.then(|| self.backstop.aws.prefix()), BATCH).await?;
        }
        let room = i64::try_from(room).unwrap_or(i64::MAX);
        let claimed = backstops::claim(&mut tx, on.then_some(&self.backstop.timing), room).await?;
        let send_by = tx.now() + SEND_WITHIN;
        tx.commit().await?;
        Ok((claimed, send_by))
    }

    /// Whether everything has to be looked through again.
    fn sweep_is_due(&self) -> bool {
        let now = self.now();
        let mut swept_at = self.swept_at.lock().unwrap_or_else(PoisonError::into_inner);
        let due = swept_at.is_none_or(|at| now >= at + SWEEP);
        if due {
            *swept_at = Some(now);
        }
        due
    }

    /// One step, to its end: for tests, which step workers instead of waiting for them. Returns how much was done.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let (claimed, send_by) = self.sweep_and_claim(64, true).await?;
        let count = claimed.len();
        join_all(claimed.into_iter().map(|one| self.act(one, send_by))).await;
        Ok(count)
    }

    async fn act(&self, keep: Keep, send_by: Timestamp) {
        let acted = match &keep {
            Keep::Place(order) => self.arrange(order, send_by).await,
            Keep::Remove(row) => self.remove(row, send_by).await,
        };
        if let Err(error) = acted {
            observe::step_lost(&error);
        }
    }

    async fn arrange(&self, order: &Order, send_by: Timestamp) -> Result<(), StoreError> {
        let (row, now) = (&order.backstop, self.now());
        let is_there = row.state == BackstopState::Placed;
        let free = self.backstop.free_from(row.fires.filter(|_| is_there), now);
        if free > now {
            let mut tx = self.db.begin(Self::actor()).await?;
            let why = "the backstop in AWS is about to fire, and is left alone then";
            backstops::refuse_extensions(&mut tx, row.assignment, why).await?;
            backstops::not_yet(&mut tx, row, free).await?;
            tx.commit().await?;
            return Ok(());
        }
        let send_by = self.db.clock().on_host(send_by);
        let aws = &self.backstop.aws;
        let called = if is_there {
            aws.move_to(&row.name, &order.tuple, order.fires, send_by).await
        } else {
            aws.place(&row.name, &order.tuple, order.fires, send_by).await
        };
        match called {
            Ok(()) => {
                let mut tx = self.db.begin(Self::actor()).await?;
                backstops::confirm(&mut tx, order).await?;
                tx.commit().await?;
                Ok(())
            }
            Err(error) => self.refused(row, Effect::Present, &error).await,
        }
    }

    async fn remove(&self, row: &Row, send_by: Timestamp) -> Result<(), StoreError> {
        match self.backstop.aws.remove(&row.name, self.db.clock().on_host(send_by)).await {
            Ok(()) => {
                let mut tx = self.db.begin(Self::actor()).await?;
                backstops::removed(&mut tx, row, &self.backstop.timing).await?;
                tx.commit().await?;
                Ok(())
            }
            Err(error) => self.refused(row, Effect::Absent, &error).await,
        }
    }

    /// Nothing ends the trying; what waiting does not help against is said loudly, and whoever waits for it is told.
    async fn refused(&self, row: &Row, effect: Effect, error: &CallError) -> Result<(), StoreError> {
        let text = error.to_string();
        let mut tx = self.db.begin(Self::actor()).await?;
        let rest = match course(effect, error.class()) {
            Course::Retry(backoff) | Course::ReadBack(backoff) => {
                observe::backstop_put_off(&row.name, &text);
                backoff.rest(row.tries, self.db.clock().chance())
            }
            Course::Park(_) | Course::FailAndCleanUp => {
                observe::backstop_refused(&row.name, &text);
                let why = format!("the backstop in AWS could not be moved: {text}");
                backstops::refuse_extensions(&mut tx, row.assignment, &why).await?;
                PARKED
            }
        };
        let unknown = error.effect_unknown();
        let again_at = tx.now() + if unknown { rest.max(CALL_BOUND) } else { rest };
        backstops::put_off(&mut tx, row, &text, unknown, Some(again_at)).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl Worker for Keeping {
    type Error = StoreError;

    async fn claim(&self, room: usize) -> Result<Vec<Job>, StoreError> {
        let (claimed, send_by) = self.sweep_and_claim(room, self.sweep_is_due()).await?;
        let this = Arc::new(self.clone());
        Ok(claimed
            .into_iter()
            .map(|one| {
                let this = Arc::clone(&this);
                Job::new(async move { this.act(one, send_by).await })
            })
            .collect())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        backstops::next_due(&mut *self.db.read().await?).await
    }

    fn now(&self) -> Timestamp {
        self.db.clock().now()
    }
}
