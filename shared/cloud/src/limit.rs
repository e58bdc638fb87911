//! How hard this process may ask: calls a second, and operations under way at once.
//!
//! The in-process half of a budget that belongs to a whole organization: each process is given its part by configuration.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use crate::{
    config::CloudConfig,
    queue::{Lane, Pass, Queue},
};

/// Shared by everything that calls Identity Center from this process. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Limiter {
    rate: Option<Arc<Rate>>,
    outstanding: Option<Arc<Queue>>,
}

struct Rate {
    /// One at a time waits for the clock, so that who is next is decided by lane and not by luck.
    turn: Arc<Queue>,
    budget: DefaultDirectRateLimiter,
}

impl Rate {
    fn per_second(calls: NonZeroU32) -> Arc<Self> {
        // A burst adds to the rate: with 18 and a burst of 2 no second holds more than 20.
        let burst = NonZeroU32::new(calls.get() / 9).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(calls).allow_burst(burst);
        Arc::new(Self::of(quota))
    }

    /// One call after the other, never two at once; none where there is no time between them.
    fn evenly(apart: Duration) -> Option<Arc<Self>> {
        Quota::with_period(apart).map(|quota| Arc::new(Self::of(quota)))
    }

    fn of(quota: Quota) -> Self {
        Self { turn: Queue::new(1), budget: RateLimiter::direct(quota) }
    }
}

impl Limiter {
    /// The limits on Identity Center.
    pub(crate) fn identity_center(config: &CloudConfig) -> Self {
        Self {
            rate: NonZeroU32::new(config.calls_per_second).map(Rate::per_second),
            outstanding: usize::try_from(config.outstanding).ok().filter(|places| *places > 0).map(Queue::new),
        }
    }

    /// The limits on an operation of Organizations, which has a budget of its own that AWS does not document: ten a
    /// second are assumed, and evenly spaced calls come so near to it that no second holds more; none where Identity
    /// Center has none.
    pub(crate) fn organizations(config: &CloudConfig) -> Self {
        const APART: Duration = Duration::from_millis(103);
        let usual = NonZeroU32::new(config.calls_per_second).map(|calls| Duration::from_secs(1) / calls.get());
        Self { rate: usual.and_then(|usual| Rate::evenly(usual.max(APART))), outstanding: None }
    }

    /// Waits until one more call may leave.
    pub(crate) async fn call(&self, lane: Lane) {
        if let Some(rate) = &self.rate {
            let _turn = rate.turn.enter(lane).await;
            rate.budget.until_ready().await;
        }
    }

    /// Waits until one more operation may be under way.
    pub(crate) async fn operation(&self, lane: Lane) -> Option<Pass> {
        match &self.outstanding {
            Some(queue) => Some(queue.enter(lane).await),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[tokio::test]
    async fn no_second_holds_more_calls_than_the_rate_and_its_burst() {
        let limiter = Limiter::identity_center(&CloudConfig { calls_per_second: 90, ..CloudConfig::default() });
        let mut times = Vec::new();
        for _ in 0..55 {
            limiter.call(Lane::Usual).await;
            times.push(Instant::now());
        }
        // 10 of burst and 45 at 90 a second: half a second.
        let took = times[54] - times[0];
        assert!(took >= Duration::from_millis(480), "{took:?}");
    }

    #[tokio::test]
    async fn no_second_holds_more_than_ten_calls_of_an_operation_of_organizations() {
        let limiter = Limiter::organizations(&CloudConfig { calls_per_second: 18, ..CloudConfig::default() });
        let started = Instant::now();
        for _ in 0..11 {
            limiter.call(Lane::Usual).await;
        }
        let took = started.elapsed();
        assert!(took > Duration::from_secs(1), "the eleventh within {took:?} of the first");
        let slow = Limiter::organizations(&CloudConfig { calls_per_second: 4, ..CloudConfig::default() });
        let started = Instant::now();
        slow.call(Lane::Usual).await;
        slow.call(Lane::Usual).await;
        assert!(started.elapsed() >= Duration::from_millis(240), "what was set counts where it is less");
    }

    #[tokio::test]
    async fn nought_is_no_limit() {
        let none = CloudConfig { calls_per_second: 0, outstanding: 0, ..CloudConfig::default() };
        for limiter in [Limiter::identity_center(&none), Limiter::organizations(&none)] {
            let started = Instant::now();
            for _ in 0..1000 {
                limiter.call(Lane::Usual).await;
            }
            assert!(started.elapsed() < Duration::from_millis(500));
            assert!(limiter.operation(Lane::Usual).await.is_none());
        }
    }
}
