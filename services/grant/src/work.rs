//! The leased work: grants whose start has come are taken up, and assignments are made and read back.
//! It may add and never remove.

use std::sync::Arc;

use cloud::Creations;
use domain::assignment::Work;
use domain::{Actor, GrantId};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use runtime::work::{Job, Worker};
use store::assignments::{self, Assignment};
use store::{Db, StoreError, grants, tuple};

use crate::add;
use crate::again::{Again, Verdicts};
use crate::observe;

/// Longer than one step may take: a call's time to leave and to answer, some polls, some reads, and the commits.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
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
}

impl Adding {
    /// Who is behind what this worker changes.
    #[must_use]
    pub fn actor() -> Actor {
        Actor::service("grant")
    }

    async fn start_and_claim(&self, room: usize) -> Result<Vec<Assignment>, StoreError> {
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
        let claimed = assignments::claim(&mut tx, Work::Create, room, LEASE).await?;
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
        let mut connection = self.db.pool().acquire().await?;
        let start = grants::next_start(&mut connection).await?;
        let work = assignments::next_due(&mut connection, Work::Create).await?;
        Ok([start, work].into_iter().flatten().min())
    }

    fn now(&self) -> Timestamp {
        self.db.clock().now()
    }
}
