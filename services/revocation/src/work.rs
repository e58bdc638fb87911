//! The leased work: grants past their deadline end, and assignments are removed and read back. It may remove
//! and never add, and it reads nothing but grants and assignments.

use std::sync::Arc;

use cloud::Deletions;
use domain::Actor;
use domain::assignment::Work;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use runtime::work::{Job, Worker};
use store::assignments::{self, Assignment, AttemptKind};
use store::leases::{self, Leases};
use store::slots::Slots;
use store::{Db, StoreError, grants, tuple};

use crate::settle::Settling;
use crate::{remove, watch};

/// How long after its commit an attempt may still leave.
const SEND_WITHIN: SignedDuration = SignedDuration::from_secs(5);
/// Grants that end in one transaction.
const END_BATCH: i64 = 200;
/// Tuples that are looked at in one go of the watch.
const WATCH_BATCH: i64 = 20;
/// How much later the watch may look while removals wait: what is gone already can wait longer than what is not.
const WATCH_YIELDS: SignedDuration = SignedDuration::from_mins(5);

/// What removes assignments.
#[derive(Clone)]
pub struct Removing {
    /// The shared database.
    pub db: Db,
    /// AWS.
    pub aws: Deletions,
    /// How far apart two reads must be to count as two, where AWS did not say that it removed something.
    pub lag: SignedDuration,
    /// How many operations may be under way.
    pub slots: Slots,
    /// What this worker has in its hands.
    pub leases: Leases,
    /// What it is about to write down.
    pub settling: Settling,
}

impl Removing {
    /// Who is behind what this worker changes.
    #[must_use]
    pub fn actor() -> Actor {
        Actor::service("revocation")
    }

    /// Lets go what needs no call and was in somebody's hands when it ended. Most is let go where it ends.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn let_go(&self) -> Result<usize, StoreError> {
        let mut tx = self.db.begin(Self::actor()).await?;
        let count = tuple::let_go(&mut tx, END_BATCH).await?;
        tx.commit().await?;
        Ok(count)
    }

    /// Ends what is due, and leases removals with their attempts committed.
    async fn end_and_claim(&self, room: usize) -> Result<Vec<Assignment>, StoreError> {
        let mut tx = self.db.begin(Self::actor()).await?;
        tuple::end_due(&mut tx, END_BATCH).await?;
        let room = i64::try_from(room).unwrap_or(i64::MAX);
        let mut claimed =
            assignments::claim_with_slots(&mut tx, Work::Delete, room, leases::LENGTH, &self.slots).await?;
        let send_by = tx.now() + SEND_WITHIN;
        tuple::begin_deletions(&mut tx, claimed.iter_mut().filter(|a| needs_call(a)), send_by).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    async fn claim_watch(&self) -> Result<Vec<Assignment>, StoreError> {
        let mut tx = self.db.begin(Self::actor()).await?;
        let now = tx.now();
        let late = match assignments::any_due(tx.connection(), Work::Delete, now).await? {
            true => WATCH_YIELDS,
            false => SignedDuration::ZERO,
        };
        let claimed = assignments::claim_late(&mut tx, Work::Watch, late, WATCH_BATCH, leases::LENGTH).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    /// One step, to its end: for tests, which step workers instead of waiting for them. Returns how much was done.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let claimed = self.end_and_claim(64).await?;
        self.let_go().await?;
        let watched = self.claim_watch().await?;
        let count = claimed.len() + watched.len();
        join_all(claimed.into_iter().map(|assignment| remove::remove(self, assignment))).await;
        join_all(watched.into_iter().map(|assignment| watch::look(self, assignment))).await;
        Ok(count)
    }
}

/// Whether a call has to be made: not while one is followed, and not for the second of two reads.
fn needs_call(assignment: &Assignment) -> bool {
    let followed = assignment.attempt.as_ref().is_some_and(|t| t.kind == AttemptKind::Delete && t.operation.is_some());
    !followed && assignment.first_absent_at.is_none()
}

impl Worker for Removing {
    type Error = StoreError;

    async fn claim(&self, room: usize) -> Result<Vec<Job>, StoreError> {
        let this = Arc::new(self.clone());
        let removals = self.end_and_claim(room).await?;
        if !removals.is_empty() {
            let job = |assignment| {
                let this = Arc::clone(&this);
                Job::new(async move { remove::remove(&this, assignment).await })
            };
            return Ok(removals.into_iter().map(job).collect());
        }
        self.let_go().await?;
        let job = |assignment| {
            let this = Arc::clone(&this);
            Job::new(async move { watch::look(&this, assignment).await })
        };
        Ok(self.claim_watch().await?.into_iter().map(job).collect())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut connection = self.db.read().await?;
        let deadline = grants::next_deadline(&mut connection).await?;
        let removal = assignments::next_due(&mut connection, Work::Delete, &self.slots, self.now()).await?;
        let watch = assignments::next_due(&mut connection, Work::Watch, &self.slots, self.now()).await?;
        let removals_wait = assignments::any_due(&mut connection, Work::Delete, self.now()).await?;
        let watch = watch.map(|due| if removals_wait { due + WATCH_YIELDS } else { due });
        Ok([deadline, removal, watch].into_iter().flatten().min())
    }

    fn now(&self) -> Timestamp {
        self.db.clock().now()
    }
}
