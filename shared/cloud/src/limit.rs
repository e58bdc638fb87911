//! How hard this process may ask: calls a second, and operations under way at once.
//!
//! The calls a second belong to a whole organization. Where a lender keeps its budget they are borrowed from it, a few
//! at a time; while it is away each process keeps to a small rate of its own; without one the whole rate is ours.

use std::{
    collections::VecDeque,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use domain::governor::{LANES, Wish};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::time::{Instant, sleep_until, timeout};

use crate::{
    CallError, Lender, Lent,
    config::CloudConfig,
    queue::{End, Lane, Pass, Queue},
};

/// A lender that has not answered for so long is away.
const LENDER_PATIENCE: Duration = Duration::from_millis(750);
/// How long it is not asked then.
const LENDER_AWAY: Duration = Duration::from_secs(2);
/// What was borrowed and not used for so long is not used any more: it would leave together with later calls.
const STALE: Duration = Duration::from_millis(150);

/// Shared by everything that calls Identity Center from this process. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Limiter {
    rate: Option<Arc<Rate>>,
    outstanding: Option<Arc<Queue>>,
    covers_delete: bool,
}

struct Rate {
    /// One at a time waits for the clock, so that who is next is decided by lane and not by luck.
    turn: Arc<Queue>,
    /// Without a lender.
    whole: DefaultDirectRateLimiter,
    /// While the lender is away.
    alone: DefaultDirectRateLimiter,
    lender: OnceLock<Arc<dyn Lender>>,
    per_second: f64,
    share: f64,
    borrowed: Mutex<Borrowed>,
    throttled: AtomicU32,
    refused: AtomicU32,
}

/// What is there of borrowed calls, and until when not to ask for more.
struct Borrowed {
    leaving: VecDeque<Instant>,
    ask_at: [Instant; 3],
    away_until: Instant,
}

impl Borrowed {
    /// The next call that may leave.
    fn take(&mut self, now: Instant) -> Option<Instant> {
        while self.leaving.front().is_some_and(|at| *at + STALE < now) {
            self.leaving.pop_front();
        }
        self.leaving.pop_front()
    }
}

/// What the lender said.
enum Answer {
    Leave(Instant),
    Later(Instant),
    Away,
}

const fn place(lane: Lane) -> usize {
    match lane {
        Lane::Revocation => 0,
        Lane::Usual => 1,
        Lane::Background => 2,
    }
}

fn bucket(calls: NonZeroU32) -> DefaultDirectRateLimiter {
    // A burst adds to the rate: with 18 and a burst of 2 no second holds more than 20.
    let burst = NonZeroU32::new(calls.get() / 9).unwrap_or(NonZeroU32::MIN);
    RateLimiter::direct(Quota::per_second(calls).allow_burst(burst))
}

impl Rate {
    fn per_second(calls: NonZeroU32, alone: NonZeroU32, share: f64) -> Arc<Self> {
        Arc::new(Self::of(bucket(calls), bucket(alone), f64::from(calls.get()), share))
    }

    /// One call after the other, never two at once, and never lent; none where there is no time between them.
    fn evenly(apart: Duration) -> Option<Arc<Self>> {
        let bucket = || Quota::with_period(apart).map(RateLimiter::direct);
        Some(Arc::new(Self::of(bucket()?, bucket()?, 1.0 / apart.as_secs_f64(), 1.0)))
    }

    fn of(whole: DefaultDirectRateLimiter, alone: DefaultDirectRateLimiter, per_second: f64, share: f64) -> Self {
        let now = Instant::now();
        Self {
            turn: Queue::new(1),
            whole,
            alone,
            lender: OnceLock::new(),
            per_second,
            share,
            borrowed: Mutex::new(Borrowed { leaving: VecDeque::new(), ask_at: [now; 3], away_until: now }),
            throttled: AtomicU32::new(0),
            refused: AtomicU32::new(0),
        }
    }

    fn borrowed(&self) -> MutexGuard<'_, Borrowed> {
        self.borrowed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until one more call may leave.
    async fn wait(&self, lane: Lane, end: End) {
        let Some(lender) = self.lender.get() else {
            let _turn = self.turn.enter_at(lane, end).await;
            self.whole.until_ready().await;
            return;
        };
        loop {
            let turn = self.turn.enter_at(lane, end).await;
            match self.next(&**lender, lane).await {
                Answer::Leave(at) => return sleep_until(at).await,
                Answer::Away => return self.alone.until_ready().await,
                Answer::Later(at) => {
                    // Whoever is more urgent may ask meanwhile.
                    drop(turn);
                    sleep_until(at).await;
                }
            }
        }
    }

    async fn next(&self, lender: &dyn Lender, lane: Lane) -> Answer {
        let now = Instant::now();
        {
            let mut borrowed = self.borrowed();
            if let Some(at) = borrowed.take(now) {
                return Answer::Leave(at);
            }
            if borrowed.away_until > now {
                return Answer::Away;
            }
            let [revocation, usual, background] = borrowed.ask_at;
            let ask_at = match lane {
                Lane::Revocation => revocation,
                Lane::Usual => usual,
                Lane::Background => background,
            };
            if ask_at > now {
                return Answer::Later(ask_at);
            }
        }
        let mut waiting = self.turn.waiting();
        for (known, count) in LANES.into_iter().zip(&mut waiting) {
            *count += u32::from(known == lane);
        }
        let throttled = self.throttled.swap(0, Ordering::Relaxed);
        let refused = self.refused.swap(0, Ordering::Relaxed);
        let wish = Wish { per_second: self.per_second, share: self.share, waiting, throttled };
        let lent = timeout(LENDER_PATIENCE, lender.lend(wish, refused)).await.unwrap_or(Lent::Away);
        let (now, mut borrowed) = (Instant::now(), self.borrowed());
        match lent {
            Lent::Calls(leaving) => {
                borrowed.leaving.extend(leaving.into_iter().map(|after| now + after));
                borrowed.leaving.pop_front().map_or(Answer::Later(now), Answer::Leave)
            }
            Lent::AskAgain(after) => {
                let at = now + after;
                if let Some(ask_at) = borrowed.ask_at.get_mut(place(lane)) {
                    *ask_at = at;
                }
                Answer::Later(at)
            }
            Lent::Away => {
                borrowed.away_until = now + LENDER_AWAY;
                // They are told when it is back.
                self.throttled.fetch_add(throttled, Ordering::Relaxed);
                self.refused.fetch_add(refused, Ordering::Relaxed);
                Answer::Away
            }
        }
    }
}

impl Limiter {
    /// The limits on Identity Center.
    pub(crate) fn identity_center(config: &CloudConfig) -> Self {
        let alone = NonZeroU32::new(config.calls_per_second_alone).unwrap_or(NonZeroU32::MIN);
        // What grants are kept of the places, they are kept of the calls.
        let share = f64::from(config.outstanding_for_grants.max(1)) / f64::from(config.outstanding.max(10));
        Self {
            rate: NonZeroU32::new(config.calls_per_second).map(|calls| Rate::per_second(calls, alone, share)),
            outstanding: usize::try_from(config.outstanding).ok().filter(|places| *places > 0).map(Queue::new),
            covers_delete: config.async_limit_covers_delete,
        }
    }

    /// The limits on an operation of Organizations, which has a budget of its own that AWS does not document: ten a
    /// second are assumed, and evenly spaced calls come so near to it that no second holds more; none where Identity
    /// Center has none.
    pub(crate) fn organizations(config: &CloudConfig) -> Self {
        const APART: Duration = Duration::from_millis(103);
        let usual = NonZeroU32::new(config.calls_per_second).map(|calls| Duration::from_secs(1) / calls.get());
        let rate = usual.and_then(|usual| Rate::evenly(usual.max(APART)));
        Self { rate, outstanding: None, covers_delete: true }
    }

    /// From now on calls are borrowed.
    pub(crate) fn borrow_from(&self, lender: Arc<dyn Lender>) {
        if let Some(rate) = &self.rate {
            // Whoever came first keeps the budget.
            let _ = rate.lender.set(lender);
        }
    }

    /// The limit on CloudTrail's event history, which has a budget of its own: two look-ups a second to an account and
    /// region, of which others want some; none where Identity Center has none.
    pub(crate) fn trail(config: &CloudConfig) -> Self {
        let rate = NonZeroU32::new(config.calls_per_second).and_then(|_| Rate::evenly(Duration::from_secs(1)));
        Self { rate, outstanding: None, covers_delete: true }
    }

    /// Waits until one more call may leave.
    pub(crate) async fn call(&self, lane: Lane) {
        if let Some(rate) = &self.rate {
            rate.wait(lane, End::Back).await;
        }
    }

    /// The same for a call that begins an operation or may see the end of one: until then others wait for its place,
    /// so that it goes before the reads of its lane.
    pub(crate) async fn call_of_operation(&self, lane: Lane) {
        if let Some(rate) = &self.rate {
            rate.wait(lane, End::Front).await;
        }
    }

    /// Waits until one more operation may be under way.
    pub(crate) async fn operation(&self, lane: Lane) -> Option<Pass> {
        match &self.outstanding {
            Some(queue) if self.counts(lane) => Some(queue.enter(lane).await),
            Some(_) | None => None,
        }
    }

    /// Whether operations of this lane count among those that may be under way.
    pub(crate) const fn counts(&self, lane: Lane) -> bool {
        self.outstanding.is_some() && (self.covers_delete || !matches!(lane, Lane::Revocation))
    }

    /// Remembers throttles, so that all processes ask less.
    pub(crate) fn saw<T>(&self, answer: Result<T, CallError>) -> Result<T, CallError> {
        if let (Some(rate), Err(CallError::Throttled)) = (&self.rate, &answer) {
            rate.throttled.fetch_add(1, Ordering::Relaxed);
        }
        answer
    }

    /// The same of a creation or deletion, which may have been one too many under way.
    pub(crate) fn saw_operation<T>(&self, answer: Result<T, CallError>) -> Result<T, CallError> {
        if let (Some(rate), Err(CallError::Throttled)) = (&self.rate, &answer) {
            rate.refused.fetch_add(1, Ordering::Relaxed);
        }
        self.saw(answer)
    }

    /// The calls a second that are allowed in all; none where there is no limit.
    pub(crate) fn per_second(&self) -> Option<f64> {
        self.rate.as_ref().map(|rate| rate.per_second)
    }
}

#[cfg(test)]
mod tests {
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

    /// Lends what it was given, in turn; then says to ask again.
    struct Given(Mutex<VecDeque<Lent>>, Mutex<Vec<(Wish, u32)>>);

    impl Given {
        fn new(answers: impl IntoIterator<Item = Lent>) -> Arc<Self> {
            Arc::new(Self(Mutex::new(answers.into_iter().collect()), Mutex::default()))
        }
    }

    impl Lender for Given {
        fn lend(
            &self,
            wish: Wish,
            refused: u32,
        ) -> std::pin::Pin<Box<dyn std::future::Future<Output = Lent> + Send + '_>> {
            self.1.lock().unwrap().push((wish, refused));
            let next = self.0.lock().unwrap().pop_front();
            Box::pin(async move { next.unwrap_or(Lent::AskAgain(Duration::from_millis(20))) })
        }
    }

    fn borrowing(lender: &Arc<Given>) -> Limiter {
        let limiter = Limiter::identity_center(&CloudConfig::default());
        limiter.borrow_from(Arc::clone(lender) as Arc<dyn Lender>);
        limiter
    }

    fn calls(milliseconds: &[u64]) -> Lent {
        Lent::Calls(milliseconds.iter().map(|ms| Duration::from_millis(*ms)).collect())
    }

    #[tokio::test]
    async fn borrowed_calls_leave_at_their_times_and_the_lender_is_asked_once_for_them() {
        let lender = Given::new([calls(&[0, 60, 120])]);
        let limiter = borrowing(&lender);
        let started = Instant::now();
        let waits = (0..3).map(|_| limiter.call(Lane::Usual));
        let mut took = Vec::new();
        for wait in waits {
            wait.await;
            took.push(started.elapsed());
        }
        assert!(took[0] < Duration::from_millis(50) && took[2] >= Duration::from_millis(118), "{took:?}");
        assert_eq!(lender.1.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_revocation_need_not_wait_until_a_grant_may_ask_again() {
        let lender = Given::new([Lent::AskAgain(Duration::from_secs(5)), calls(&[0])]);
        let limiter = borrowing(&lender);
        let mut grant = std::pin::pin!(limiter.call(Lane::Usual));
        let early = timeout(Duration::from_millis(30), &mut grant).await;
        assert!(early.is_err(), "nothing was lent to it");
        let started = Instant::now();
        tokio::select! {
            () = limiter.call(Lane::Revocation) => {}
            () = grant => panic!("it was told to wait"),
        }
        assert!(started.elapsed() < Duration::from_millis(500));
    }

    #[tokio::test]
    async fn while_the_lender_is_away_the_process_keeps_to_a_rate_of_its_own() {
        let limiter = borrowing(&Given::new([Lent::Away, Lent::Away]));
        let started = Instant::now();
        for _ in 0..5 {
            limiter.call(Lane::Revocation).await;
        }
        // Four a second, the first at once.
        let took = started.elapsed();
        assert!(took >= Duration::from_millis(900) && took < Duration::from_secs(3), "{took:?}");
    }

    #[tokio::test]
    async fn throttles_are_told_with_the_next_wish() {
        let lender = Given::new([calls(&[0])]);
        let limiter = borrowing(&lender);
        let _ = limiter.saw::<()>(Err(CallError::Throttled));
        let _ = limiter.saw_operation::<()>(Err(CallError::Throttled));
        let _ = limiter.saw::<()>(Err(CallError::Conflict));
        limiter.call(Lane::Background).await;
        let (wish, refused) = lender.1.lock().unwrap()[0];
        assert_eq!((wish.throttled, refused, wish.waiting), (2, 1, [0, 0, 1]));
    }

    #[tokio::test]
    async fn deletions_have_no_limit_where_aws_does_not_count_them() {
        let config = CloudConfig { outstanding: 1, async_limit_covers_delete: false, ..CloudConfig::default() };
        let limiter = Limiter::identity_center(&config);
        let held = limiter.operation(Lane::Usual).await;
        assert!(held.is_some() && limiter.operation(Lane::Revocation).await.is_none());
    }
}
