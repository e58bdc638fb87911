//! How Postgres' time is known from the host's running count: a straight line, and how far it may be off. Pure.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::host::Reading;

/// A jump of the wall clock is told from this on; below it, clocks are adjusted all day long.
const JUMP_US: i64 = 250_000;
/// What is lost between two readings that belong together.
const SLACK_US: i64 = 1_000;
/// A host whose wall clock is this far from Postgres' has something wrong with it, or Postgres has.
const MOST_SKEW_US: i64 = 60_000_000;
/// Two clocks that nobody compares drift apart; after this long it is not known how far.
const GOOD_FOR_US: i64 = 300_000_000;

/// Why access should not be given by this clock. Removing never asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Postgres was never asked what time it is.
    NeverLearned,
    /// Postgres was asked too long ago: so long.
    Stale(SignedDuration),
    /// The host's wall clock is so far ahead of Postgres' (or behind, where it is negative).
    Skewed(SignedDuration),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeverLearned => f.write_str("the database's clock is not known yet"),
            Self::Stale(since) => write!(f, "the database's clock was last read {} s ago", since.as_secs()),
            Self::Skewed(by) => write!(f, "the host's clock is {} s from the database's", by.as_secs()),
        }
    }
}

/// What comparing with Postgres showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lesson {
    /// How far the host's wall clock is ahead of Postgres'.
    pub skew: SignedDuration,
    /// How far this clock had to be moved.
    pub moved: SignedDuration,
    /// How far it may still be off.
    pub within: SignedDuration,
    /// Whether it was the first time.
    pub first: bool,
}

/// Postgres' time is `zero_us` plus the running count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    zero_us: i64,
    /// The wall clock is this plus the running count, when it was last looked at.
    wall_zero_us: i64,
    learned: Option<Learned>,
}

#[derive(Debug, Clone, Copy)]
struct Learned {
    running_us: i64,
    within_us: i64,
}

impl Line {
    /// Nothing is known: the host's wall clock has to do.
    pub(super) const fn begin(host: Reading) -> Self {
        let zero_us = host.wall_us - host.running_us;
        Self { zero_us, wall_zero_us: zero_us, learned: None }
    }

    /// Postgres' time when the count stands there, in microseconds since 1970.
    pub(super) const fn at(&self, running_us: i64) -> i64 {
        self.zero_us.saturating_add(running_us)
    }

    /// How far the wall clock was set since the last look, where that is worth a word.
    pub(super) fn look(&mut self, host: Reading) -> Option<SignedDuration> {
        let wall_zero_us = host.wall_us - host.running_us;
        let jump = wall_zero_us - self.wall_zero_us;
        self.wall_zero_us = wall_zero_us;
        (jump.abs() >= JUMP_US).then(|| SignedDuration::from_micros(jump))
    }

    /// Postgres said `theirs_us` between these two readings. Whatever lies within the round trip cannot be told apart
    /// from it: there the wall clock stays in use, so that processes of one host agree, or else the line as it is.
    pub(super) fn learn(&mut self, before: Reading, theirs_us: i64, after: Reading) -> Lesson {
        let round = (after.running_us - before.running_us).max(0);
        let middle = before.running_us + round / 2;
        let within_us = round / 2 + SLACK_US;
        let near = |us: i64| (us - theirs_us).abs() <= within_us;
        let (wall, present) = (after.wall_us - after.running_us + middle, self.at(middle));
        let target = match self.learned {
            _ if near(wall) => wall,
            Some(_) if near(present) => present,
            Some(_) | None => theirs_us,
        };
        let first = self.learned.is_none();
        self.zero_us += target - present;
        self.learned = Some(Learned { running_us: after.running_us, within_us });
        Lesson {
            skew: SignedDuration::from_micros(wall - target),
            moved: SignedDuration::from_micros(target - present),
            within: SignedDuration::from_micros(within_us * 2),
            first,
        }
    }

    /// Why no access should be given by it.
    pub(super) fn doubt(&self, host: Reading) -> Option<Doubt> {
        let Some(learned) = self.learned else { return Some(Doubt::NeverLearned) };
        let since = host.running_us - learned.running_us;
        let skew = host.wall_us - self.at(host.running_us);
        if since > GOOD_FOR_US {
            Some(Doubt::Stale(SignedDuration::from_micros(since)))
        } else if skew.abs() > MOST_SKEW_US + learned.within_us {
            Some(Doubt::Skewed(SignedDuration::from_micros(skew)))
        } else {
            None
        }
    }
}

/// Microseconds since 1970 as a moment.
pub(super) fn moment(us: i64) -> Timestamp {
    Timestamp::from_microsecond(us).unwrap_or(Timestamp::UNIX_EPOCH)
}
