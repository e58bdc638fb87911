//! The one place that reads the time. Workers and use cases are given a [`Clock`]; tests turn theirs by hand, and a
//! simulation makes its own time.

mod manual;

use std::fmt::Debug;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use manual::Manual;

/// Time that somebody makes: a simulation's.
pub trait Time: Debug + Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Waits until that much time is over.
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
    /// A number from 0 to 1, never 1, by chance.
    fn chance(&self) -> f64;
}

/// Tells the time by Postgres' clock: the host's, corrected by the offset last measured.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_us: Arc<AtomicI64>,
    source: Source,
}

#[derive(Debug, Clone, Default)]
enum Source {
    #[default]
    Host,
    Manual(Arc<Manual>),
    Given(Arc<dyn Time>),
}

impl Clock {
    /// The host's clock, to be corrected by [`Clock::learn_offset`].
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until it is turned.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        Self { source: Source::Manual(Arc::new(Manual::at(start))), ..Self::default() }
    }

    /// A clock that goes by this time, which is the host's as well: for simulations.
    #[must_use]
    pub fn by(time: Arc<dyn Time>) -> Self {
        Self { source: Source::Given(time), ..Self::default() }
    }

    /// Now, to the microsecond, which is what Postgres keeps.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let us = match &self.source {
            Source::Manual(manual) => return manual.now(),
            Source::Given(time) => time.now().as_microsecond(),
            Source::Host => Timestamp::now().as_microsecond().saturating_add(self.offset_us.load(Ordering::Relaxed)),
        };
        Timestamp::from_microsecond(us).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Time that only ever grows, since some moment: for telling how long ago something was, whatever the clock on the
    /// wall was set to meanwhile.
    #[must_use]
    pub fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        match &self.source {
            Source::Host => START.elapsed(),
            Source::Manual(_) | Source::Given(_) => {
                Duration::try_from(self.now().duration_since(Timestamp::UNIX_EPOCH)).unwrap_or_default()
            }
        }
    }

    /// Waits until that much time is over. On a manual clock, or until somebody turned it that far.
    pub async fn sleep(&self, time: Duration) {
        match &self.source {
            Source::Host => tokio::time::sleep(time).await,
            Source::Manual(manual) => manual.sleep(time).await,
            Source::Given(given) => given.sleep(time).await,
        }
    }

    /// What the future comes to within that time, or nothing.
    pub async fn within<T>(&self, time: Duration, future: impl Future<Output = T>) -> Option<T> {
        let (future, over) = (pin!(future), pin!(self.sleep(time)));
        tokio::select! {
            biased;
            done = future => Some(done),
            () = over => None,
        }
    }

    /// A number from 0 to 1, never 1, by chance: so that many who rest do not wake in step.
    #[must_use]
    pub fn chance(&self) -> f64 {
        match &self.source {
            Source::Host | Source::Manual(_) => rand::random(),
            Source::Given(time) => time.chance(),
        }
    }

    /// A moment of this clock by the host's own: for those who compare it with the host's, such as the last look
    /// before a call leaves.
    #[must_use]
    pub fn on_host(&self, at: Timestamp) -> Timestamp {
        match &self.source {
            Source::Given(_) => at,
            Source::Host | Source::Manual(_) => {
                Timestamp::now().checked_add(at.duration_since(self.now())).unwrap_or(at)
            }
        }
    }

    /// Turns a manual clock forward; others go by themselves.
    pub fn advance(&self, by: SignedDuration) {
        if let Source::Manual(manual) = &self.source {
            manual.advance(by);
        }
    }

    /// Corrects the host's clock by Postgres' and returns how far they were apart.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn learn_offset(&self, pool: &sqlx::PgPool) -> Result<SignedDuration, sqlx::Error> {
        let before = Timestamp::now();
        let theirs: jiff_sqlx::Timestamp = sqlx::query_scalar("SELECT clock_timestamp()").fetch_one(pool).await?;
        let after = Timestamp::now();
        let middle = before.as_microsecond().midpoint(after.as_microsecond());
        let offset = theirs.to_jiff().as_microsecond() - middle;
        // Within a round trip nothing can be told apart.
        let noise = after.as_microsecond() - before.as_microsecond();
        let offset = if offset.abs() <= noise { 0 } else { offset };
        self.offset_us.store(offset, Ordering::Relaxed);
        Ok(SignedDuration::from_micros(offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manual() -> Clock {
        Clock::manual("2026-03-02T09:00:00Z".parse().unwrap())
    }

    #[tokio::test]
    async fn who_sleeps_by_a_manual_clock_wakes_when_it_was_turned_far_enough() {
        let clock = manual();
        let mut sleeping = pin!(clock.sleep(Duration::from_secs(10)));
        for (turned, awake) in [(0, false), (9, false), (1, true)] {
            clock.advance(SignedDuration::from_secs(turned));
            let woke = tokio::time::timeout(Duration::from_millis(20), &mut sleeping).await.is_ok();
            assert_eq!(woke, awake, "{turned}");
        }
    }

    #[tokio::test]
    async fn what_takes_longer_than_it_may_comes_to_nothing() {
        let clock = Clock::system();
        assert_eq!(clock.within(Duration::from_secs(60), async { 7 }).await, Some(7));
        assert_eq!(clock.within(Duration::from_millis(5), std::future::pending::<()>()).await, None);
    }
}
