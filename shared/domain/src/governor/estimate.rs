//! When those who wait can expect to be served.

use jiff::{SignedDuration, Timestamp};

use super::Slots;
use crate::assignment::Work;

/// Calls that an operation needs: its write, a poll, a read.
const CALLS: f64 = 3.0;
/// From AWS's word to ours: the poll that sees it, the read after it, and the commit.
const OVERHEAD: f64 = 0.3;
/// What AWS takes where nothing was learned yet.
const UNKNOWN: f64 = 2.0;

/// How fast operations are worked off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed {
    /// How many may be under way, and whose.
    pub slots: Slots,
    /// Calls a second; 0 is no limit.
    pub calls_per_second: f64,
    /// How long AWS takes for a creation, in seconds, if known.
    pub creation_s: Option<f64>,
    /// The same for a deletion.
    pub deletion_s: Option<f64>,
    /// How many assignments wait to be created.
    pub creations: i64,
    /// How many wait to be deleted.
    pub deletions: i64,
}

/// Where one assignment stands in its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// A worker has it.
    InHand,
    /// So many of its kind go before it.
    Behind(i64),
    /// It was put off, or its time has not come.
    NotBefore(Timestamp),
}

impl Speed {
    /// When the work on it can be expected to be over.
    #[must_use]
    pub fn expected(&self, now: Timestamp, work: Work, turn: Turn) -> Timestamp {
        let takes = self.takes(work);
        match turn {
            Turn::InHand => now + seconds(takes),
            Turn::NotBefore(at) => at.max(now) + seconds(takes),
            Turn::Behind(ahead) => now + seconds(takes + number(ahead) / self.per_second(work)),
        }
    }

    fn takes(&self, work: Work) -> f64 {
        let learned = if work == Work::Create { self.creation_s } else { self.deletion_s };
        learned.unwrap_or(UNKNOWN) + OVERHEAD
    }

    /// How many of this kind are worked off in a second, while others wait as they do now.
    fn per_second(&self, work: Work) -> f64 {
        let by_slots =
            if self.slots.cover(work) { f64::from(self.slots.outstanding) / self.takes(work) } else { f64::INFINITY };
        let by_calls = if self.calls_per_second > 0.0 { self.calls_per_second / CALLS } else { f64::INFINITY };
        let reserved = f64::from(self.slots.reserved) / f64::from(self.slots.outstanding.max(1));
        let share = match work {
            Work::Create if self.deletions > 0 => reserved.max(0.05),
            Work::Delete if self.creations > 0 => 1.0 - reserved,
            _ => 1.0,
        };
        (by_slots.min(by_calls) * share).max(0.01)
    }
}

fn seconds(seconds: f64) -> SignedDuration {
    SignedDuration::from_secs_f64(seconds.clamp(0.0, 1e7))
}

#[expect(clippy::cast_precision_loss, reason = "counts here stay far below 2^52")]
const fn number(count: i64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;
    const SPEED: Speed = Speed {
        slots: Slots { outstanding: 10, covers_delete: true, reserved: 2, one_at_a_time: true },
        calls_per_second: 18.0,
        creation_s: Some(1.7),
        deletion_s: Some(1.7),
        creations: 0,
        deletions: 1000,
    };

    fn in_s(speed: &Speed, work: Work, turn: Turn) -> f64 {
        speed.expected(NOW, work, turn).duration_since(NOW).as_secs_f64()
    }

    #[test]
    fn who_waits_is_told_by_place_and_speed() {
        let table = [
            (Work::Delete, Turn::InHand, 2.0),
            (Work::Delete, Turn::Behind(0), 2.0),
            (Work::Delete, Turn::Behind(500), 102.0),
            // A fifth of five a second.
            (Work::Create, Turn::Behind(10), 12.0),
            (Work::Delete, Turn::NotBefore(NOW + SignedDuration::from_secs(60)), 62.0),
            (Work::Delete, Turn::NotBefore(NOW - SignedDuration::from_secs(60)), 2.0),
        ];
        for (work, turn, expected) in table {
            let found = in_s(&SPEED, work, turn);
            assert!((found - expected).abs() < 0.01, "{work:?} {turn:?}: {found}");
        }
    }

    #[test]
    fn without_limits_nobody_waits_for_others() {
        let free = Speed { slots: Slots::unlimited(), calls_per_second: 0.0, ..SPEED };
        assert!(in_s(&free, Work::Delete, Turn::Behind(100_000)) < 2.1);
    }

    #[test]
    fn nothing_learned_is_a_guess_and_never_for_ever() {
        let new = Speed { creation_s: None, deletion_s: None, ..SPEED };
        assert!((in_s(&new, Work::Create, Turn::InHand) - (UNKNOWN + OVERHEAD)).abs() < 0.01);
        assert!(in_s(&new, Work::Create, Turn::Behind(i64::MAX)).is_finite());
    }
}
