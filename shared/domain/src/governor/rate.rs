//! Calls a second, lent ahead to those who ask: one ledger for all processes.
//!
//! Calls leave one after another, evenly; `next_at` is when the next one may. Whoever asks is lent what fits into the
//! near future, so that a process asks a few times a second and not for every call. Revocations take all of it; while
//! they wait, the other lanes are lent what their own, slower, clock says.

use jiff::{SignedDuration, Timestamp};

/// How far ahead calls are lent: what is lent cannot be taken back when something more urgent comes.
const AHEAD: SignedDuration = SignedDuration::from_millis(250);
/// Somebody who was told to wait asks again within this time, or does not wait any more.
const WAITS: SignedDuration = SignedDuration::from_millis(400);
/// What the background gets of the rate while others wait.
const BACKGROUND_SHARE: f64 = 0.05;
/// A throttle costs a quarter of the rate, once in this time, down to the least.
const CUT_EVERY: SignedDuration = SignedDuration::from_secs(1);
const CUT: f64 = 0.75;
const LEAST: f64 = 0.3;
/// How much of the rate comes back with every second without a throttle.
const RECOVERY: f64 = 0.05;

/// Who goes first when several wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Access that must end.
    Revocation,
    /// Access that shall begin, and people who wait for an answer.
    Usual,
    /// What nobody waits for, such as reading the directory.
    Background,
}

/// Every lane, the first first.
pub const LANES: [Lane; 3] = [Lane::Revocation, Lane::Usual, Lane::Background];

/// What one process asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wish {
    /// Calls a second of the whole organization; more than nought.
    pub per_second: f64,
    /// The usual lane's share of them while revocations wait, of 1.
    pub share: f64,
    /// How many calls wait in each lane, in the order of [`LANES`].
    pub waiting: [u32; 3],
    /// How many calls AWS has throttled since the process asked last.
    pub throttled: u32,
}

/// What is lent: calls that may leave one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loan {
    /// How many; nought means to ask again at `first_at`.
    pub calls: u32,
    /// When the first may leave; in the past where it may at once.
    pub first_at: Timestamp,
    /// How long after each other they may.
    pub every: SignedDuration,
}

/// One lane's part of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneLedger {
    /// When its next call may leave while more urgent ones wait.
    pub next_at: Timestamp,
    /// Until when somebody is known to wait in it.
    pub waits_until: Timestamp,
}

/// What was lent so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ledger {
    /// When the next call of all may leave.
    pub next_at: Timestamp,
    /// In the order of [`LANES`].
    pub lanes: [LaneLedger; 3],
    /// What AWS's throttles left of the rate at `cut_at`, of 1.
    pub factor: f64,
    /// When it was last cut.
    pub cut_at: Timestamp,
}

impl Ledger {
    /// What throttles leave of the rate now, of 1.
    #[must_use]
    pub fn factor_at(&self, now: Timestamp) -> f64 {
        let seconds = now.duration_since(self.cut_at).as_secs_f64().max(0.0);
        (self.factor + seconds * RECOVERY).clamp(LEAST, 1.0)
    }

    /// Lends what the wish may have.
    pub fn lend(&mut self, now: Timestamp, wish: &Wish) -> Loan {
        if wish.throttled > 0 && now >= self.cut_at + CUT_EVERY {
            self.factor = (self.factor_at(now) * CUT).max(LEAST);
            self.cut_at = now;
        }
        let rate = (wish.per_second * self.factor_at(now)).max(0.1);
        let every = SignedDuration::from_secs_f64(1.0 / rate);
        // A ninth of a second's calls may leave at once after a rest: with 18 a second no second ever holds more than 20.
        let burst = ((wish.per_second / 9.0).floor() - 1.0).max(0.0);
        self.next_at = self.next_at.max(now - times(every, burst));
        let first_at = self.next_at;
        let mut calls = 0;
        let mut again_at = None;
        // The slower lanes first: while they are kept short, what they get is theirs before all.
        for (lane, wanted) in LANES.into_iter().zip(wish.waiting).rev() {
            if wanted == 0 {
                continue;
            }
            let (lent, later) = self.take(now, lane, wanted, every, wish);
            calls += lent;
            if lent == 0 {
                again_at = Some(again_at.map_or(later, |known: Timestamp| known.min(later)));
            }
        }
        let first_at = if calls == 0 { again_at.unwrap_or(first_at) } else { first_at };
        Loan { calls, first_at, every }
    }

    /// What this lane is lent of `wanted`, and when it may ask again if that is nothing.
    fn take(
        &mut self,
        now: Timestamp,
        lane: Lane,
        wanted: u32,
        every: SignedDuration,
        wish: &Wish,
    ) -> (u32, Timestamp) {
        let [revocation, usual, background] = &mut self.lanes;
        let [revocations_here, usual_here, _] = wish.waiting;
        let revocations_wait = revocations_here > 0 || revocation.waits_until > now;
        let others_wait = revocations_wait || usual_here > 0 || usual.waits_until > now;
        let (own, kept_to) = match lane {
            Lane::Revocation => (revocation, None),
            Lane::Usual => (usual, revocations_wait.then_some(wish.share)),
            Lane::Background => (background, others_wait.then_some(BACKGROUND_SHARE)),
        };
        let slow = times(every, 1.0 / kept_to.unwrap_or(1.0).max(0.01));
        own.next_at = own.next_at.max(now);
        let (room, again_at) = match kept_to {
            Some(_) => (fitting(own.next_at, now, slow), own.next_at),
            None => (fitting(self.next_at, now + AHEAD, every), self.next_at - AHEAD),
        };
        let lent = wanted.min(room);
        // Whoever has all that it wants does not wait: the others need not keep to their share for it.
        if lent < wanted {
            own.waits_until = now + WAITS;
        }
        own.next_at += times(slow, f64::from(lent));
        self.next_at += times(every, f64::from(lent));
        (lent, again_at)
    }
}

fn times(duration: SignedDuration, factor: f64) -> SignedDuration {
    SignedDuration::from_secs_f64(duration.as_secs_f64() * factor)
}

/// How many calls, the first at `next_at` and then one after another, leave until `until`.
fn fitting(next_at: Timestamp, until: Timestamp, every: SignedDuration) -> u32 {
    let left = until.duration_since(next_at);
    if left < SignedDuration::ZERO {
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is bounded and not negative")]
    let count = (left.as_secs_f64() / every.as_secs_f64().max(1e-6)).min(1000.0) as u32;
    count + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn fresh() -> Ledger {
        let lane = LaneLedger { next_at: START, waits_until: START };
        Ledger { next_at: START, lanes: [lane; 3], factor: 1.0, cut_at: START }
    }

    fn ms(milliseconds: i64) -> SignedDuration {
        SignedDuration::from_millis(milliseconds)
    }

    fn wish(waiting: [u32; 3]) -> Wish {
        Wish { per_second: 18.0, share: 0.2, waiting, throttled: 0 }
    }

    /// Asks every 50 ms for a while in each of these processes' names; the moments at which each one's calls leave.
    fn play(ledger: &mut Ledger, from: Timestamp, seconds: i64, processes: &[[u32; 3]]) -> Vec<Vec<Timestamp>> {
        let mut leaving = vec![Vec::new(); processes.len()];
        for tick in 0..seconds * 20 {
            for (process, waiting) in processes.iter().enumerate() {
                let now = from + ms(tick * 50 + i64::try_from(process).unwrap());
                let loan = ledger.lend(now, &wish(*waiting));
                for n in 0..loan.calls {
                    leaving[process].push((loan.first_at + loan.every * i32::try_from(n).unwrap()).max(now));
                }
            }
        }
        leaving
    }

    fn most_in_a_second(mut moments: Vec<Timestamp>) -> usize {
        moments.sort();
        (0..moments.len())
            .map(|first| moments[first..].iter().take_while(|at| **at < moments[first] + ms(1000)).count())
            .max()
            .unwrap_or(0)
    }

    #[test]
    fn a_call_after_a_rest_leaves_at_once() {
        let now = START + ms(60_000);
        for lane in 0..3 {
            let mut waiting = [0; 3];
            waiting[lane] = 1;
            let loan = fresh().lend(now, &wish(waiting));
            assert!(loan.calls == 1 && loan.first_at <= now, "{loan:?}");
        }
    }

    #[test]
    fn no_second_holds_more_than_the_rate_and_its_burst_whoever_asks() {
        let crowd = [[9, 0, 0], [0, 9, 0], [0, 0, 9], [2, 2, 2]];
        for processes in [&crowd[..1], &crowd[..2], &crowd] {
            let mut ledger = fresh();
            let leaving = play(&mut ledger, START + ms(60_000), 20, processes);
            let all: Vec<_> = leaving.concat();
            assert!(most_in_a_second(all.clone()) <= 20, "{}", most_in_a_second(all));
            assert!(all.len() >= 18 * 19, "{} in 20 s", all.len());
        }
    }

    #[test]
    fn while_revocations_wait_the_others_keep_to_their_share_and_get_it() {
        let mut ledger = fresh();
        let leaving = play(&mut ledger, START + ms(60_000), 30, &[[20, 0, 0], [0, 20, 0], [0, 0, 20]]);
        let counts: Vec<_> = leaving.iter().map(Vec::len).collect();
        let of = |share: f64| 18.0 * 30.0 * share;
        let near = |count: usize, wanted: f64| (f64::from(u32::try_from(count).unwrap()) - wanted).abs() < wanted * 0.2;
        assert!(near(counts[1], of(0.2)) && near(counts[2], of(0.05)) && near(counts[0], of(0.75)), "{counts:?}");
    }

    #[test]
    fn what_revocations_leave_is_for_the_others() {
        let mut ledger = fresh();
        // Six calls a second of eighteen, and somebody else who wants four.
        let (start, mut revocations, mut others) = (START + ms(60_000), 0, 0);
        for tick in 0..200 {
            let now = start + ms(tick * 50);
            if tick % 10 < 3 {
                revocations += ledger.lend(now, &wish([1, 0, 0])).calls;
            }
            if tick % 5 == 0 {
                others += ledger.lend(now + ms(1), &wish([0, 1, 0])).calls;
            }
        }
        assert_eq!((revocations, others), (60, 40));
    }

    #[test]
    fn a_process_in_which_both_wait_serves_revocations_before_all() {
        let mut ledger = fresh();
        let now = START + ms(60_000);
        ledger.lend(now, &wish([50, 0, 0]));
        let later = now + ms(300);
        let both = ledger.lend(later, &wish([50, 50, 0])).calls;
        assert!((5..=8).contains(&both), "{both}");
        assert!(ledger.lanes[1].next_at > later + ms(200), "the others' share was one call: {ledger:?}");
    }

    #[test]
    fn the_usual_lane_has_all_of_it_once_nobody_else_waits() {
        let mut ledger = fresh();
        play(&mut ledger, START + ms(60_000), 5, &[[20, 0, 0], [0, 20, 0]]);
        let alone = play(&mut ledger, START + ms(70_000), 10, &[[0, 20, 0]]);
        assert!(alone[0].len() >= 175, "{}", alone[0].len());
    }

    #[test]
    fn a_throttle_slows_all_down_and_the_rate_comes_back() {
        let mut ledger = fresh();
        let at = |seconds: i64| START + ms(60_000 + seconds * 1000);
        for second in 0..20 {
            ledger.lend(at(second), &Wish { throttled: 3, ..wish([1, 0, 0]) });
        }
        assert!((ledger.factor_at(at(19)) - LEAST).abs() < 0.01, "{}", ledger.factor_at(at(19)));
        let loan = ledger.lend(at(19), &wish([9, 0, 0]));
        assert!(loan.every > ms(150), "{loan:?}");
        assert!((ledger.factor_at(at(19 + 15)) - 1.0).abs() < 0.01);
    }

    #[test]
    fn many_throttles_of_one_moment_count_once() {
        let mut ledger = fresh();
        let now = START + ms(60_000);
        for _ in 0..10 {
            ledger.lend(now, &Wish { throttled: 5, ..wish([1, 0, 0]) });
        }
        assert!((ledger.factor_at(now) - CUT).abs() < 0.01, "{}", ledger.factor_at(now));
    }

    #[test]
    fn whoever_gets_nothing_is_told_when_to_ask_again() {
        let mut ledger = fresh();
        let now = START + ms(60_000);
        ledger.lend(now, &wish([50, 0, 0]));
        let loan = ledger.lend(now, &wish([1, 0, 0]));
        assert!(loan.calls == 0 && loan.first_at > now && loan.first_at <= now + ms(100), "{loan:?}");
    }
}
