//! The one place that reads the time. Workers and use cases are given a [`Clock`]; tests turn theirs by hand, and a
//! simulation makes its own time.
//!
//! Postgres' clock decides. Between two questions to it time goes on by the host's running count, which nobody can
//! set: a host whose wall clock is set by an hour is noticed ([`Clock::look`]) and changes nothing.

mod host;
mod line;
mod manual;
#[cfg(test)]
mod tests;

use std::fmt::Debug;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use host::{Here, Host, Reading};
pub use line::{Doubt, Lesson};
use line::{Line, moment};
use manual::Manual;

/// How often Postgres is asked at a time; the quickest answer is the most exact.
const QUESTIONS: u32 = 3;

/// Time that somebody makes: a simulation's.
pub trait Time: Debug + Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Waits until that much time is over.
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
    /// A number from 0 to 1, never 1, by chance.
    fn chance(&self) -> f64;
}

/// Tells the time by Postgres' clock: what it said last, and what has passed since.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System(Arc<System>),
    Manual(Arc<Manual>),
    Given(Arc<dyn Time>),
}

#[derive(Debug)]
struct System {
    host: Box<dyn Host>,
    line: RwLock<Line>,
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl Clock {
    /// The host's clock, until it is corrected by [`Clock::learn`].
    #[must_use]
    pub fn system() -> Self {
        Self::of(Box::new(Here))
    }

    fn of(host: Box<dyn Host>) -> Self {
        let line = RwLock::new(Line::begin(host.read()));
        Self(Source::System(Arc::new(System { host, line })))
    }

    /// A clock that stands still until it is turned.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(Manual::at(start))))
    }

    /// A clock that goes by this time, which is the host's as well: for simulations.
    #[must_use]
    pub fn by(time: Arc<dyn Time>) -> Self {
        Self(Source::Given(time))
    }

    /// Now, to the microsecond, which is what Postgres keeps.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::Manual(manual) => manual.now(),
            Source::Given(time) => moment(time.now().as_microsecond()),
            Source::System(system) => moment(system.line().at(system.host.running_us())),
        }
    }

    /// Time that only ever grows, since some moment: for telling how long ago something was, whatever the clock on the
    /// wall was set to meanwhile.
    #[must_use]
    pub fn monotonic(&self) -> Duration {
        match &self.0 {
            Source::System(system) => {
                Duration::from_micros(u64::try_from(system.host.running_us()).unwrap_or_default())
            }
            Source::Manual(_) | Source::Given(_) => {
                Duration::try_from(self.now().duration_since(Timestamp::UNIX_EPOCH)).unwrap_or_default()
            }
        }
    }

    /// Waits until that much time is over. On a manual clock, or until somebody turned it that far.
    pub async fn sleep(&self, time: Duration) {
        match &self.0 {
            Source::System(_) => tokio::time::sleep(time).await,
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
        match &self.0 {
            Source::System(_) | Source::Manual(_) => rand::random(),
            Source::Given(time) => time.chance(),
        }
    }

    /// A moment of this clock as those see it who send calls to AWS. They go by this clock; only where a test turns it
    /// by hand do they go by the host's.
    #[must_use]
    pub fn on_host(&self, at: Timestamp) -> Timestamp {
        match &self.0 {
            Source::System(_) | Source::Given(_) => at,
            Source::Manual(_) => moment(host::wall_us()).checked_add(at.duration_since(self.now())).unwrap_or(at),
        }
    }

    /// Turns a manual clock forward; others go by themselves.
    pub fn advance(&self, by: SignedDuration) {
        if let Source::Manual(manual) = &self.0 {
            manual.advance(by);
        }
    }

    /// How far the host's wall clock was set since the last look; `None` when it was not. To be asked now and then:
    /// a jump also says that Postgres should be asked again, since the host may have slept.
    #[must_use]
    pub fn look(&self) -> Option<SignedDuration> {
        match &self.0 {
            Source::Manual(_) | Source::Given(_) => None,
            Source::System(system) => system.change(|line, host| line.look(host.read())),
        }
    }

    /// Why no access should be given by this clock; `None` when it can be trusted. It never keeps anything from being
    /// removed.
    #[must_use]
    pub fn doubt(&self) -> Option<Doubt> {
        match &self.0 {
            Source::Manual(_) | Source::Given(_) => None,
            Source::System(system) => system.line().doubt(system.host.read()),
        }
    }

    /// Asks Postgres what time it is. A clock of a test learns nothing.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn learn(&self, pool: &sqlx::PgPool) -> Result<Option<Lesson>, sqlx::Error> {
        let Source::System(system) = &self.0 else { return Ok(None) };
        // Waiting for a connection must not count as the way to Postgres and back.
        let mut connection = pool.acquire().await?;
        let mut best: Option<(Reading, i64, Reading)> = None;
        for _ in 0..QUESTIONS {
            let before = system.host.read();
            let theirs: jiff_sqlx::Timestamp =
                sqlx::query_scalar("SELECT clock_timestamp()").fetch_one(&mut *connection).await?;
            let after = system.host.read();
            let round = |before: Reading, after: Reading| after.running_us - before.running_us;
            if best.is_none_or(|(from, _, until)| round(before, after) < round(from, until)) {
                best = Some((before, theirs.to_jiff().as_microsecond(), after));
            }
        }
        Ok(best.map(|(before, theirs, after)| system.change(|line, _| line.learn(before, theirs, after))))
    }
}

impl System {
    fn line(&self) -> Line {
        *self.line.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Line, &dyn Host) -> T) -> T {
        change(&mut self.line.write().unwrap_or_else(PoisonError::into_inner), &*self.host)
    }
}
