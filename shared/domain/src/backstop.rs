//! The backstop: a schedule inside AWS that takes an assignment away when all of us are gone. When it fires, and when
//! it must be left alone.
//!
//! What we believe of a schedule is never later than what AWS holds: a later deadline counts once AWS has moved, an
//! earlier one before it is asked to.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::AssignmentId;

/// What is known of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BackstopState {
    /// It may be there: a call was committed and has not been answered.
    Placing,
    /// AWS holds it.
    Placed,
    /// It shall go.
    Removing,
    /// It is not there any more.
    Gone,
}

impl BackstopState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Placing, Self::Placed, Self::Removing, Self::Gone];

    /// The state's name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Placing => "placing",
            Self::Placed => "placed",
            Self::Removing => "removing",
            Self::Gone => "gone",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// A schedule is not changed this shortly before it fires, nor this shortly after: what it calls may be under way.
pub const HANDS_OFF: SignedDuration = SignedDuration::from_mins(2);
/// How much longer than it may take AWS to show an assignment a schedule waits, since access that starts at once runs
/// from the moment that AWS shows it.
pub const SLACK: SignedDuration = SignedDuration::from_mins(5);
/// The shortest margin: a deadline can be moved until it is there, and the schedule still left alone in time.
pub const LEAST_MARGIN: SignedDuration = SignedDuration::from_mins(4);
/// How long one removal may take in a queue of many.
const EACH: SignedDuration = SignedDuration::from_secs(1);

/// When schedules fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// How long after the last deadline at the earliest.
    pub margin: SignedDuration,
    /// Over how much more time schedules are spread, so that many do not fire at once.
    pub spread: SignedDuration,
    /// How long after the last deadline at the latest, however long the queue is.
    pub most: SignedDuration,
    /// How often it fires again.
    pub every: SignedDuration,
    /// For how long.
    pub lasting: SignedDuration,
}

/// When one schedule fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fires {
    /// The first time, on a full minute.
    pub first_at: Timestamp,
    /// Not after this.
    pub last_at: Timestamp,
}

impl Default for Timing {
    /// A quarter of an hour after the deadline, every five minutes for half a day.
    fn default() -> Self {
        Self {
            margin: SignedDuration::from_mins(15),
            spread: SignedDuration::from_mins(10),
            most: SignedDuration::from_hours(2),
            every: SignedDuration::from_mins(5),
            lasting: SignedDuration::from_hours(12),
        }
    }
}

impl Timing {
    /// When the schedule of an assignment fires whose last deadline is `covers`, with `ahead` removals of others due
    /// about the same time.
    #[must_use]
    pub fn fires(&self, assignment: AssignmentId, covers: Timestamp, ahead: i64, now: Timestamp) -> Fires {
        let queue = SignedDuration::from_secs(ahead.clamp(0, 100_000).saturating_mul(EACH.as_secs()));
        let minutes = u64::try_from(self.spread.as_mins()).unwrap_or(0) + 1;
        let (_, low) = assignment.uuid().as_u64_pair();
        let spread = SignedDuration::from_mins(i64::try_from(low % minutes).unwrap_or(0));
        let margin = (self.margin.max(LEAST_MARGIN) + queue + spread).min(self.most.max(LEAST_MARGIN));
        // What is long past fires soon, and not before it can be put there.
        let first_at = full_minute((covers + margin).max(now + HANDS_OFF + SignedDuration::from_mins(1)));
        Fires { first_at, last_at: first_at + self.lasting }
    }

    /// From when on the schedule may be changed: now, or after the firing that is near.
    #[must_use]
    pub fn free_from(&self, fires: Fires, now: Timestamp) -> Timestamp {
        let firing = match self.last_before(fires, now + HANDS_OFF) {
            Some(firing) if firing + HANDS_OFF > now => firing,
            _ => return now,
        };
        firing + HANDS_OFF
    }

    /// The last firing at or before this moment.
    fn last_before(&self, fires: Fires, at: Timestamp) -> Option<Timestamp> {
        let at = at.min(fires.last_at);
        let passed = at.duration_since(fires.first_at);
        if passed < SignedDuration::ZERO {
            return None;
        }
        let every = self.every.as_secs().max(60);
        Some(fires.first_at + SignedDuration::from_secs(passed.as_secs() / every * every))
    }
}

/// The next full minute, this one included.
fn full_minute(at: Timestamp) -> Timestamp {
    let over = at.as_millisecond().rem_euclid(60_000);
    let rest = if over == 0 { 0 } else { 60_000 - over };
    Timestamp::from_millisecond(at.as_millisecond() + rest).unwrap_or(at)
}

/// The name of a schedule. Whoever finds it in AWS knows whose it is.
#[must_use]
pub fn name(prefix: &str, assignment: AssignmentId, generation: i32) -> String {
    format!("curfew-{prefix}-{assignment}-{generation}")
}

/// What the names of an installation's schedules begin with.
#[must_use]
pub fn names_begin(prefix: &str) -> String {
    format!("curfew-{prefix}-")
}

/// The assignment and the generation that a schedule is about, if it is of the installation with this prefix.
#[must_use]
pub fn read_name(prefix: &str, name: &str) -> Option<(AssignmentId, i32)> {
    let (assignment, generation) = name.strip_prefix(&names_begin(prefix))?.rsplit_once('-')?;
    Some((assignment.parse().ok()?, generation.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const TIMING: Timing = Timing {
        margin: SignedDuration::from_mins(15),
        spread: SignedDuration::from_mins(10),
        most: SignedDuration::from_mins(60),
        every: SignedDuration::from_mins(5),
        lasting: SignedDuration::from_hours(12),
    };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn assignment(n: u128) -> AssignmentId {
        AssignmentId(Uuid::from_u128(n))
    }

    #[test]
    fn it_fires_after_the_margin_spread_over_the_minutes_after_it() {
        let (now, deadline) = (at("2026-03-02T09:00:00Z"), at("2026-03-02T10:00:10Z"));
        let mut seen = std::collections::BTreeSet::new();
        for n in 0..200 {
            let fires = TIMING.fires(assignment(n * 7919), deadline, 0, now);
            assert!(fires.first_at >= deadline + TIMING.margin);
            assert!(fires.first_at <= deadline + TIMING.margin + TIMING.spread + SignedDuration::from_mins(1));
            assert_eq!(fires.first_at.as_second() % 60, 0);
            assert_eq!(fires.last_at, fires.first_at + TIMING.lasting);
            seen.insert(fires.first_at);
        }
        assert_eq!(seen.len(), 11, "{seen:?}");
    }

    #[test]
    fn a_long_queue_of_ours_is_waited_for_up_to_the_cap() {
        let (now, deadline) = (at("2026-03-02T09:00:00Z"), at("2026-03-02T10:00:00Z"));
        let first = |ahead| TIMING.fires(assignment(0), deadline, ahead, now).first_at;
        assert_eq!(first(0), at("2026-03-02T10:15:00Z"));
        assert_eq!(first(600), at("2026-03-02T10:25:00Z"));
        assert_eq!(first(50_000), at("2026-03-02T11:00:00Z"));
        assert_eq!(first(-1), at("2026-03-02T10:15:00Z"));
    }

    #[test]
    fn what_is_past_fires_soon_and_never_at_once() {
        let now = at("2026-03-02T09:00:30Z");
        let fires = TIMING.fires(assignment(0), at("2026-03-01T09:00:00Z"), 0, now);
        assert_eq!(fires.first_at, at("2026-03-02T09:04:00Z"));
        assert_eq!(TIMING.free_from(fires, now), now);
    }

    #[test]
    fn it_is_left_alone_around_each_firing() {
        let fires = Fires { first_at: at("2026-03-02T10:00:00Z"), last_at: at("2026-03-02T10:12:00Z") };
        let free = |now: &str| TIMING.free_from(fires, at(now)).to_string();
        for (now, from) in [
            ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z"),
            ("2026-03-02T09:57:59Z", "2026-03-02T09:57:59Z"),
            ("2026-03-02T09:58:00Z", "2026-03-02T10:02:00Z"),
            ("2026-03-02T10:01:59Z", "2026-03-02T10:02:00Z"),
            ("2026-03-02T10:02:00Z", "2026-03-02T10:02:00Z"),
            ("2026-03-02T10:02:59Z", "2026-03-02T10:02:59Z"),
            ("2026-03-02T10:03:00Z", "2026-03-02T10:07:00Z"),
            ("2026-03-02T10:08:30Z", "2026-03-02T10:12:00Z"),
            // Nothing fires after the end.
            ("2026-03-02T10:13:30Z", "2026-03-02T10:13:30Z"),
            ("2026-03-03T10:00:00Z", "2026-03-03T10:00:00Z"),
        ] {
            assert_eq!(free(now), from, "{now}");
        }
    }

    #[test]
    fn a_name_is_read_back_by_its_own_installation_only() {
        let id = assignment(42);
        let name = name("main", id, 7);
        assert!(name.len() <= 64 && name.starts_with("curfew-main-"), "{name}");
        assert_eq!(read_name("main", &name), Some((id, 7)));
        assert_eq!(read_name("test", &name), None);
        assert_eq!(read_name("main", "curfew-main-x-7"), None);
        assert_eq!(read_name("main", "curfew-main-"), None);
    }
}
