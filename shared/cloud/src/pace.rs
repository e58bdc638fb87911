//! When to ask for the first time how an operation is doing.
//!
//! Too early wastes a call of a small budget, too late is somebody's waiting time. So the time that operations take is
//! learned: the median of the last ones. What is recorded is the middle of the window in which the operation must have
//! ended (between the last look that saw it under way and the one that saw its end), never the time of the look itself:
//! an average of detection times feeds on itself and only ever grows.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

const REMEMBERED: usize = 64;
const START: Duration = Duration::from_millis(50);
const FLOOR: Duration = Duration::from_millis(5);
const CAP: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub(crate) struct Pace {
    durations: Mutex<VecDeque<Duration>>,
}

impl Pace {
    /// How long an operation takes, as far as is known.
    pub(crate) fn typical(&self) -> Duration {
        let mut known: Vec<_> = self.durations.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect();
        known.sort_unstable();
        known.get(known.len() / 2).copied().unwrap_or(START).clamp(FLOOR, CAP)
    }

    /// An operation was seen under way after `under_way` (nought if never) and over after `over`.
    pub(crate) fn record(&self, under_way: Duration, over: Duration) {
        let mut durations = self.durations.lock().unwrap_or_else(PoisonError::into_inner);
        if durations.len() == REMEMBERED {
            durations.pop_front();
        }
        durations.push_back(under_way + over.saturating_sub(under_way) / 2);
    }
}

/// The next wait after one that was too short: half as much again, never above the cap.
pub(crate) fn longer(wait: Duration) -> Duration {
    wait.mul_f64(1.5).clamp(FLOOR, CAP)
}

/// The wait, a fifth shorter or longer by chance (from 0 to 1), so that many followers do not ask in step.
pub(crate) fn with_jitter(wait: Duration, chance: f64) -> Duration {
    wait.mul_f64(0.8 + 0.4 * chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// Follows operations that take `truth`, the way a follower does, and says how many polls they needed.
    fn follow(pace: &Pace, truth: Duration, operations: u32) -> u32 {
        let mut polls = 0;
        for _ in 0..operations {
            let (mut under_way, mut now, mut wait) = (Duration::ZERO, pace.typical(), pace.typical() / 2);
            loop {
                polls += 1;
                if now >= truth {
                    break;
                }
                under_way = now;
                now += wait;
                wait = longer(wait);
            }
            pace.record(under_way, now);
        }
        polls
    }

    #[test]
    fn nothing_known_starts_at_fifty_milliseconds() {
        assert_eq!(Pace::default().typical(), START);
    }

    #[test]
    fn it_learns_what_operations_take() {
        for truth in [ms(20), ms(300), ms(2000)] {
            let pace = Pace::default();
            follow(&pace, truth, 100);
            let typical = pace.typical();
            assert!(typical > truth / 3 && typical < truth * 2, "{typical:?} for {truth:?}");
            assert!(follow(&pace, truth, 100) <= 250, "at most two and a half polls each");
        }
    }

    #[test]
    fn it_recovers_after_a_slow_hour() {
        let pace = Pace::default();
        follow(&pace, ms(4000), 64);
        follow(&pace, ms(100), 150);
        assert!(pace.typical() < ms(250), "{:?}", pace.typical());
    }

    #[test]
    fn it_never_leaves_its_bounds() {
        let pace = Pace::default();
        pace.record(Duration::ZERO, Duration::ZERO);
        assert_eq!(pace.typical(), FLOOR);
        pace.record(ms(60_000), ms(90_000));
        assert_eq!(pace.typical(), CAP);
    }

    #[test]
    fn jitter_is_a_fifth() {
        for chance in [0.0, 0.1, 0.5, 0.999] {
            let wait = with_jitter(ms(100), chance);
            assert!(wait >= ms(80) && wait <= ms(120), "{wait:?}");
        }
    }
}
