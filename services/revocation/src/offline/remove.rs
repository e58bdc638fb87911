//! One assignment, made absent without Postgres: read, delete, follow, read back; for ever, until Postgres is there
//! again and whoever claims the row goes on.

use std::time::Duration;

use cloud::{Accepted, CallError, Deletions, Presence, Progress};
use domain::AssignmentId;
use domain::fact::Evidence;
use jiff::{SignedDuration, Timestamp};
use store::Clock;
use store::held::Held;
use tokio::sync::watch;

use super::Removed;
use crate::observe;

/// How long a call may wait for its turn.
const SEND_WITHIN: SignedDuration = SignedDuration::from_secs(5);
/// How long a deletion is followed before AWS is looked at again.
const PATIENCE: Duration = Duration::from_secs(8);
/// Reads after AWS said SUCCEEDED, with growing rests between them, before the removal is tried anew.
const STALE_READS: u32 = 5;
/// The longest rest between two tries.
const LONGEST_MS: u64 = 30_000;

pub(super) struct Removal {
    clock: Clock,
    aws: Deletions,
    lag: SignedDuration,
    held: Held,
    away: watch::Receiver<bool>,
    tries: u32,
    /// AWS said that it deleted it.
    deleted: bool,
    first_absent_at: Option<Timestamp>,
    /// Reads that showed it all the same.
    stale: u32,
}

/// What one round came to.
enum Round {
    /// It is gone, and this is how we know.
    Gone(Evidence),
    /// The next round is after this rest.
    Rest(Duration),
}

impl Removal {
    pub(super) const fn new(
        clock: Clock,
        aws: Deletions,
        lag: SignedDuration,
        held: Held,
        away: watch::Receiver<bool>,
    ) -> Self {
        Self { clock, aws, lag, held, away, tries: 0, deleted: false, first_absent_at: None, stale: 0 }
    }

    pub(super) const fn id(&self) -> AssignmentId {
        self.held.id
    }

    /// Goes on until it is gone, or Postgres is back. Nothing is begun then; what is under way is finished.
    pub(super) async fn run(mut self) -> Option<Removed> {
        while *self.away.borrow_and_update() {
            match self.round().await {
                Round::Gone(evidence) => return Some(Removed { held: self.held, evidence }),
                Round::Rest(rest) => {
                    tokio::select! {
                        biased;
                        () = self.clock.sleep(rest) => {}
                        // Sent back before the rest is over: the loop's condition decides.
                        _ = self.away.changed() => {}
                    }
                }
            }
        }
        None
    }

    async fn round(&mut self) -> Round {
        match self.aws.read(&self.held.tuple).await {
            // Where the account or the permission set is gone, nothing can be assigned.
            Ok(Presence::Absent) | Err(CallError::NotFound(_)) => self.absent(),
            // AWS's reads may be behind.
            Ok(Presence::Present) if self.deleted && self.stale < STALE_READS => {
                self.stale += 1;
                Round::Rest(Duration::from_millis(50 << self.stale))
            }
            Ok(Presence::Present) => {
                (self.deleted, self.first_absent_at, self.stale) = (false, None, 0);
                self.delete().await
            }
            Err(error) => self.trouble(&error.to_string()),
        }
    }

    fn absent(&mut self) -> Round {
        let now = self.clock.now();
        if self.deleted && !self.held.create_unresolved {
            return Round::Gone(Evidence::DeletedAndReadBack { read_at: now });
        }
        let first_at = *self.first_absent_at.get_or_insert(now);
        if now >= first_at + self.lag {
            return Round::Gone(Evidence::AbsentTwice { first_at, second_at: now });
        }
        Round::Rest(Duration::try_from((first_at + self.lag).duration_since(now)).unwrap_or_default())
    }

    async fn delete(&mut self) -> Round {
        observe::removing_offline(&self.held.tuple);
        let send_by = self.clock.on_host(self.clock.now() + SEND_WITHIN);
        match self.aws.delete(&self.held.tuple, send_by).await {
            Ok(accepted) => self.accepted(accepted).await,
            // It went in between: the next read says so.
            Err(CallError::NotFound(_)) => Round::Rest(Duration::ZERO),
            Err(error) => self.trouble(&error.to_string()),
        }
    }

    async fn accepted(&mut self, accepted: Accepted) -> Round {
        let progress = match &accepted.progress {
            Progress::InProgress => self.aws.follow_deletion(&accepted.operation, PATIENCE).await,
            over => Ok(over.clone()),
        };
        match progress {
            Ok(Progress::Succeeded) => {
                self.deleted = true;
                Round::Rest(Duration::ZERO)
            }
            Ok(Progress::Failed { reason }) => self.trouble(&reason),
            Ok(Progress::InProgress) => Round::Rest(Duration::from_secs(1)),
            Err(error) => self.trouble(&error.to_string()),
        }
    }

    /// Nothing ends the trying: a quarter of a second, doubled with every try, never the same for two.
    fn trouble(&mut self, why: &str) -> Round {
        observe::put_off(&self.held.tuple, why);
        let most = 250_u64.saturating_mul(1 << self.tries.min(10)).min(LONGEST_MS);
        self.tries += 1;
        Round::Rest(Duration::from_millis(most).mul_f64(0.5 + self.clock.chance() / 2.0))
    }
}
