//! The one place that reads the time. Workers and use cases are given a [`Clock`]; tests turn theirs by hand.
//!
//! Postgres' clock decides. Between two questions to it time goes on by the host's running count, which nobody can
//! set: a host whose wall clock is set by an hour is noticed ([`Clock::look`]) and changes nothing.

mod host;
mod line;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};

use host::{Here, Host, Reading};
pub use line::{Doubt, Lesson};
use line::{Line, moment};

/// How often Postgres is asked at a time; the quickest answer is the most exact.
const QUESTIONS: u32 = 3;

/// Tells the time by Postgres' clock: what it said last, and what has passed since.
#[derive(Debug, Clone)]
pub struct Clock(Kind);

#[derive(Debug, Clone)]
enum Kind {
    System(Arc<System>),
    Manual(Arc<AtomicI64>),
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
        Self(Kind::System(Arc::new(System { host, line })))
    }

    /// A clock that stands still until it is turned.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        Self(Kind::Manual(Arc::new(AtomicI64::new(start.as_microsecond()))))
    }

    /// Now, to the microsecond, which is what Postgres keeps.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        moment(match &self.0 {
            Kind::Manual(us) => us.load(Ordering::SeqCst),
            Kind::System(system) => system.line().at(system.host.running_us()),
        })
    }

    /// A moment of this clock as those see it who send calls to AWS. They go by this clock; only where a test turns it
    /// by hand do they go by the host's.
    #[must_use]
    pub fn on_host(&self, at: Timestamp) -> Timestamp {
        match &self.0 {
            Kind::System(_) => at,
            Kind::Manual(_) => moment(host::wall_us()).checked_add(at.duration_since(self.now())).unwrap_or(at),
        }
    }

    /// Turns a manual clock forward; a system clock goes by itself.
    pub fn advance(&self, by: SignedDuration) {
        if let Kind::Manual(us) = &self.0 {
            us.fetch_add(i64::try_from(by.as_micros()).unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// How far the host's wall clock was set since the last look; `None` when it was not. To be asked now and then:
    /// a jump also says that Postgres should be asked again, since the host may have slept.
    #[must_use]
    pub fn look(&self) -> Option<SignedDuration> {
        match &self.0 {
            Kind::Manual(_) => None,
            Kind::System(system) => system.change(|line, host| line.look(host.read())),
        }
    }

    /// Why no access should be given by this clock; `None` when it can be trusted. It never keeps anything from being
    /// removed.
    #[must_use]
    pub fn doubt(&self) -> Option<Doubt> {
        match &self.0 {
            Kind::Manual(_) => None,
            Kind::System(system) => system.line().doubt(system.host.read()),
        }
    }

    /// Asks Postgres what time it is. A manual clock learns nothing.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn learn(&self, pool: &sqlx::PgPool) -> Result<Option<Lesson>, sqlx::Error> {
        let Kind::System(system) = &self.0 else { return Ok(None) };
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
