//! The leased work: grants whose start has come are taken up, and assignments are made and read back.
//! It may add and never remove.

use std::sync::Arc;

use cloud::Creations;
use domain::assignment::Work;
use domain::{Actor, GrantId};
use futures_util::future::join_all;
use jiff::Timestamp;
use runtime::work::{Job, Worker};
use store::assignments::{self, Assignment};
use store::leases::{self, Leases};
use store::slots::Slots;
use store::{Db, StoreError, grants, pauses, tuple};

use crate::add;
use crate::again::{Again, Verdicts};
use crate::backstop::Backstop;
use crate::observe;

/// Scheduled grants that are taken up in one transaction.
const START_BATCH: i64 = 100;

/// What makes assignments.
#[derive(Clone)]
pub struct Adding {
    /// The shared database.
    pub db: Db,
    /// AWS.
    pub aws: Creations,
    /// Who says whether what was approved may still begin.
    pub again: Again,
    /// What takes access away when all of us are gone.
    pub backstop: Backstop,
    /// How many operations may be under way.
    pub slots: Slots,
    /// What this worker has in its hands.
    pub leases: Leases,
}

impl Adding {
    /// Who is behind what this worker changes.
    #[must_use]
    pub fn actor() -> Actor {
        Actor::service("grant")
    }

    /// Whether this process knows what time it is, as it must to give access. Removing never asks.
    async fn knows_the_time(&self) -> Result<bool, StoreError> {
        let clock = self.db.clock();
        if clock.doubt().is_some() {
            clock.learn(self.db.pool()).await?;
        }
        let doubt = clock.doubt();
        if let Some(doubt) = &doubt {
            observe::waits_for_the_clock(doubt);
        }
        Ok(doubt.is_none())
    }

    async fn start_and_claim(&self, room: usize) -> Result<Vec<Assignment>, StoreError> {
        if !self.knows_the_time().await? || pauses::any(&mut *self.db.read().await?).await? {
            return self.claim_under_way(room).await;
        }
        // Other systems and the rules are asked before anything is locked.
        let due = grants::startable(&mut *self.db.read().await?, self.now(), START_BATCH).await?;
        let Verdicts { refused, postponed } = self.again.judge(&self.db, &due).await?;
        for (id, why) in &refused {
            observe::refused(*id, why);
        }
        for (id, until) in &postponed {
            observe::postponed(*id, *until);
        }
        let waits = |id: &GrantId| refused.iter().any(|(no, _)| no == id) || postponed.iter().any(|(no, _)| no == id);
        let start: Vec<GrantId> = due.iter().map(|grant| grant.id).filter(|id| !waits(id)).collect();
        let mut tx = self.db.begin(Self::actor()).await?;
        tuple::refuse(&mut tx, &refused).await?;
        tuple::postpone(&mut tx, &postponed).await?;
        tuple::start(&mut tx, &start).await?;
        let room = i64::try_from(room).unwrap_or(i64::MAX);
        let claimed = assignments::claim_with_slots(&mut tx, Work::Create, room, leases::LENGTH, &self.slots).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    /// While it is paused, or the time is in doubt, nothing starts and nothing is created. What AWS took up before is followed to its end, so that
    /// it is known.
    async fn claim_under_way(&self, room: usize) -> Result<Vec<Assignment>, StoreError> {
        let mut tx = self.db.begin(Self::actor()).await?;
        let room = i64::try_from(room).unwrap_or(i64::MAX);
        let claimed = assignments::claim_under_way(&mut tx, room, leases::LENGTH).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    /// One step, to its end: for tests, which step workers instead of waiting for them. Returns how much was done.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let claimed = self.start_and_claim(64).await?;
        let count = claimed.len();
        join_all(claimed.into_iter().map(|assignment| add::add(self, assignment))).await;
        Ok(count)
    }
}

impl Worker for Adding {
    type Error = StoreError;

    async fn claim(&self, room: usize) -> Result<Vec<Job>, StoreError> {
        let claimed = self.start_and_claim(room).await?;
        let this = Arc::new(self.clone());
        Ok(claimed
            .into_iter()
            .map(|assignment| {
                let this = Arc::clone(&this);
                Job::new(async move { add::add(&this, assignment).await })
            })
            .collect())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut connection = self.db.read().await?;
        // What is due and paused would have no end of being due.
        if pauses::any(&mut connection).await? {
            return Ok(None);
        }
        let start = grants::next_start(&mut connection).await?;
        let work = assignments::next_due(&mut connection, Work::Create, &self.slots, self.now()).await?;
        Ok([start, work].into_iter().flatten().min())
    }

    fn now(&self) -> Timestamp {
        self.db.clock().now()
    }
}
