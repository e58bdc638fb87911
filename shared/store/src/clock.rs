//! The one place that reads the time. Workers and use cases are given a [`Clock`]; tests turn theirs by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// Tells the time by Postgres' clock: the host's, corrected by the offset last measured.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_us: Arc<AtomicI64>,
    manual_us: Option<Arc<AtomicI64>>,
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
        Self { offset_us: Arc::default(), manual_us: Some(Arc::new(AtomicI64::new(start.as_microsecond()))) }
    }

    /// Now, to the microsecond, which is what Postgres keeps.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let us = match &self.manual_us {
            Some(manual) => manual.load(Ordering::SeqCst),
            None => Timestamp::now().as_microsecond().saturating_add(self.offset_us.load(Ordering::Relaxed)),
        };
        Timestamp::from_microsecond(us).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// A moment of this clock by the host's own: for those who compare it with the host's, such as the last look
    /// before a call leaves.
    #[must_use]
    pub fn on_host(&self, at: Timestamp) -> Timestamp {
        Timestamp::now().checked_add(at.duration_since(self.now())).unwrap_or(at)
    }

    /// Turns a manual clock forward; a system clock goes by itself.
    pub fn advance(&self, by: jiff::SignedDuration) {
        if let Some(manual) = &self.manual_us {
            manual.fetch_add(i64::try_from(by.as_micros()).unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// Corrects the host's clock by Postgres' and returns how far they were apart.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn learn_offset(&self, pool: &sqlx::PgPool) -> Result<jiff::SignedDuration, sqlx::Error> {
        let before = Timestamp::now();
        let theirs: jiff_sqlx::Timestamp = sqlx::query_scalar("SELECT clock_timestamp()").fetch_one(pool).await?;
        let after = Timestamp::now();
        let middle = before.as_microsecond().midpoint(after.as_microsecond());
        let offset = theirs.to_jiff().as_microsecond() - middle;
        // Within a round trip nothing can be told apart.
        let noise = after.as_microsecond() - before.as_microsecond();
        let offset = if offset.abs() <= noise { 0 } else { offset };
        self.offset_us.store(offset, Ordering::Relaxed);
        Ok(jiff::SignedDuration::from_micros(offset))
    }
}
