//! A generous limit on how often one caller may ask, so that a loop gone wrong harms only itself.

use std::{
    num::NonZeroU32,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use actix_web::http::header;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use runtime::metrics;

use crate::{Problem, ProblemType};

static LIMITED: LazyLock<opentelemetry::metrics::Counter<u64>> =
    LazyLock::new(|| metrics::counter(metrics::HTTP_LIMITED));

/// Requests a second, by caller: a person, a client, or an address where nobody said who they are.
#[derive(Debug)]
pub struct Limiter {
    inner: Option<DefaultKeyedRateLimiter<String>>,
    clock: DefaultClock,
    asked: AtomicU32,
}

impl Limiter {
    /// So many a second with a burst of twice that; 0 means no limit.
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        let inner = NonZeroU32::new(per_second).map(|rate| {
            let burst = rate.saturating_mul(NonZeroU32::MIN.saturating_add(1));
            RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst))
        });
        Self { inner, clock: DefaultClock::default(), asked: AtomicU32::new(0) }
    }

    /// # Errors
    /// When this caller asked too often; the answer says when to come back.
    pub fn check(&self, caller: &str) -> Result<(), Problem> {
        let Some(limiter) = &self.inner else { return Ok(()) };
        if self.asked.fetch_add(1, Ordering::Relaxed) % 10_000 == 9_999 {
            limiter.retain_recent();
        }
        limiter.check_key(&caller.to_owned()).map_err(|refused| {
            LIMITED.add(1, &[]);
            let wait = refused.wait_time_from(self.clock.now()).as_secs_f64().ceil().max(1.0);
            Problem::because(ProblemType::RateLimited, format!("Come back in {wait} s."))
                .header(header::RETRY_AFTER, wait.to_string())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_who_asks_too_often_harms_only_themselves() {
        let limiter = Limiter::new(5);
        let refused = (0..30).filter(|_| limiter.check("user:ann").is_err()).count();
        assert!((15..=20).contains(&refused), "{refused}");
        assert!(limiter.check("user:bob").is_ok());
        assert_eq!(limiter.check("user:ann").unwrap_err().kind(), ProblemType::RateLimited);
    }

    #[test]
    fn zero_means_no_limit() {
        let limiter = Limiter::new(0);
        assert!((0..10_000).all(|_| limiter.check("user:ann").is_ok()));
    }
}
