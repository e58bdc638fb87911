//! Cutting live sessions: one leased writer renders what denies them from its table, writes it where it differs, and reads
//! it back. Nothing here decides whose sessions are cut; the ends of access did, in their own transactions.

mod means;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use runtime::work::{Job, Worker};
use store::session_denies::{self, Turn};
use store::{Db, StoreError};

pub use means::Means;

use crate::observe;
use crate::work::Removing;

/// Longer than one step may take: a read, a write that leaves in time and is answered, and another read.
const LEASE: SignedDuration = SignedDuration::from_secs(45);
/// How long after its claim a text may still leave: what a slow writer sends has arrived before another has the lease.
const SEND_WITHIN: SignedDuration = SignedDuration::from_secs(20);

/// What writes the policy.
#[derive(Clone)]
pub struct CuttingSessions {
    /// The shared database.
    pub db: Db,
    /// What is written.
    pub means: Means,
}

impl CuttingSessions {
    async fn claim_turn(&self) -> Result<Option<Turn>, StoreError> {
        let mut tx = self.db.begin(Removing::actor()).await?;
        let turn = session_denies::claim(&mut tx, LEASE).await?;
        tx.commit().await?;
        Ok(turn)
    }

    /// Makes the policy what it should be. What goes wrong is put off; only a lost lease or database ends it early.
    async fn take(&self, turn: Turn) {
        if let Err(error) = self.try_take(&turn).await {
            observe::step_lost(&error);
        }
    }

    async fn try_take(&self, turn: &Turn) -> Result<(), StoreError> {
        let send_by = self.db.clock().now() + SEND_WITHIN;
        let written = self.means.make_so(turn, self.db.clock().on_host(send_by)).await;
        let mut tx = self.db.begin(Removing::actor()).await?;
        match &written {
            Ok(written) => session_denies::shown(&mut tx, turn.lease, &written.held, &written.left_out).await?,
            Err(error) => {
                let again_at = tx.now() + rest(turn.tries);
                session_denies::put_off(&mut tx, turn.lease, turn.tries, again_at, &error.to_string()).await?;
            }
        }
        tx.commit().await?;
        match written {
            Ok(written) => observe::sessions_denied(written.held.len(), written.left_out.len()),
            Err(error) => observe::sessions_put_off(&error, turn.tries),
        }
        Ok(())
    }

    /// One step, to its end: for tests, which step workers instead of waiting for them. Returns how much was done.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn step(&self) -> Result<usize, StoreError> {
        match self.claim_turn().await? {
            Some(turn) => {
                self.take(turn).await;
                Ok(1)
            }
            None => Ok(0),
        }
    }
}

impl Worker for CuttingSessions {
    type Error = StoreError;

    async fn claim(&self, _: usize) -> Result<Vec<Job>, StoreError> {
        let turn = self.claim_turn().await?;
        let this = Arc::new(self.clone());
        Ok(turn.map(|turn| Job::new(async move { this.take(turn).await })).into_iter().collect())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        session_denies::next_due(&mut *self.db.read().await?).await
    }

    fn now(&self) -> Timestamp {
        self.db.clock().now()
    }
}

/// A quarter of a second, doubled with every try up to half a minute.
fn rest(tries: i32) -> SignedDuration {
    SignedDuration::from_millis(250_i64.saturating_mul(1 << tries.clamp(0, 10)).min(30_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_to_half_a_minute() {
        assert_eq!(rest(0), SignedDuration::from_millis(250));
        assert_eq!(rest(3), SignedDuration::from_secs(2));
        assert_eq!(rest(i32::MAX), SignedDuration::from_secs(30));
    }
}
