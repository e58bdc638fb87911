//! What is due, and how much of it at once. Pure: it knows the time and what is known of each part.

use jiff::{SignedDuration, Timestamp};
use store::directory::{Part, Sync};

/// The first pause after a part could not be read; it doubles until it is the usual one.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(2);
/// How many pieces of a rotation are read before they are written. While they are written no call leaves, so that small
/// numbers make a first reading longer; what was read of them is lost when the process ends.
const MOST: i64 = 150;
/// How often a rotation goes on at least, where it has anything to do.
const STRIDE_S: i64 = 10;
/// Of the calls that are allowed, a rotation may use one in so many.
const SHARE: i64 = 4;
/// What Organizations is asked for at most, see the cloud's limits.
const ORGANIZATIONS_PER_SECOND: u32 = 9;

/// How often, and at which cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Between two readings of a list, and of a piece of a rotation where that is cheap.
    pub every: SignedDuration,
    /// Between two readings of what a permission set allows.
    pub contents_every: SignedDuration,
    /// Calls a second to Identity Center; 0 is no limit.
    pub calls_per_second: u32,
}

/// The next piece of a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// How many to read.
    pub size: i64,
    /// How long to rest afterwards.
    pub rest: SignedDuration,
}

impl Plan {
    /// As the operator set it.
    #[must_use]
    pub fn of(settings: &runtime::settings::Aws) -> Self {
        Self {
            every: SignedDuration::from_secs(settings.directory_every_s.into()),
            contents_every: SignedDuration::from_secs(settings.directory_contents_every_s.into()),
            calls_per_second: settings.calls_per_second,
        }
    }

    /// Due is what nobody reads now, what did not fail a moment ago, and: a list that was not read for a while, a
    /// rotation that has rested and whose pieces are known. Both are due at once where somebody wants them anew.
    pub(super) fn is_due(&self, sync: &Sync, all: &[Sync], now: Timestamp) -> bool {
        let passed = |at: Option<Timestamp>, time: SignedDuration| at.is_none_or(|at| now.duration_since(at) >= time);
        let over = |until: Option<Timestamp>| until.is_none_or(|until| until <= now);
        if !over(sync.claimed_until) || (sync.error.is_some() && !passed(sync.failed_at, self.pause(sync.failures))) {
            return false;
        }
        let built_on =
            |parts: &[Part]| all.iter().filter(|s| parts.contains(&s.part)).all(|s| s.succeeded_at.is_some());
        match foundations(sync.part) {
            [] => passed(sync.succeeded_at, self.every) || !over(sync.accept_until) || sync.wanted_at.is_some(),
            parts => built_on(parts) && (over(sync.rest_until) || sync.wanted_at.is_some()),
        }
    }

    fn pause(&self, failures: u32) -> SignedDuration {
        let doubled = FIRST_PAUSE.checked_mul(1 << failures.saturating_sub(1).min(10)).unwrap_or(self.every);
        doubled.min(self.every)
    }

    /// How much of a rotation to read next, of so many pieces. What was never read, or is wanted anew, goes first and without a rest;
    /// otherwise the pieces are spread evenly over the time in which each is due once.
    pub(super) fn batch(&self, part: Part, pieces: i64, unread: i64) -> Batch {
        let period = self.period(part, pieces).as_secs().max(1);
        if pieces == 0 {
            return Batch { size: 0, rest: SignedDuration::from_secs(period) };
        }
        let stride = ((pieces * STRIDE_S + period - 1) / period).clamp(1, MOST.min(pieces));
        // A fifth of the time is for reading, and for looking whether something is due.
        let rest = SignedDuration::from_millis(period * 800 * stride / pieces);
        match unread {
            0 => Batch { size: stride, rest },
            ..=MOST => Batch { size: unread, rest },
            _ => Batch { size: MOST, rest: SignedDuration::ZERO },
        }
    }

    /// In which time each piece is read once: as was set, or longer where that would take more than a share of the
    /// calls that are allowed.
    fn period(&self, part: Part, pieces: i64) -> SignedDuration {
        let (set, calls, rate) = match part {
            Part::AccountTags => (self.every, 1, self.calls_per_second.min(ORGANIZATIONS_PER_SECOND)),
            Part::PermissionSetContents => (self.contents_every, 5, self.calls_per_second),
            Part::Members | Part::Users | Part::Groups | Part::Organization | Part::PermissionSets => {
                (self.every, 1, self.calls_per_second)
            }
        };
        let at_least = (pieces * calls * SHARE).checked_div(rate.into()).unwrap_or(0);
        set.max(SignedDuration::from_secs(at_least))
    }
}

/// What must have been read once before a rotation has pieces; nothing for what is read as a list.
const fn foundations(part: Part) -> &'static [Part] {
    match part {
        Part::Members => &[Part::Users, Part::Groups],
        Part::AccountTags => &[Part::Organization],
        Part::PermissionSetContents => &[Part::PermissionSets],
        Part::Users | Part::Groups | Part::Organization | Part::PermissionSets => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: Plan = Plan {
        every: SignedDuration::from_mins(5),
        contents_every: SignedDuration::from_hours(1),
        calls_per_second: 18,
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    fn sync(part: Part) -> Sync {
        Sync {
            part,
            succeeded_at: None,
            failed_at: None,
            error: None,
            failures: 0,
            rest_until: None,
            claimed_until: None,
            accept_until: None,
            wanted_at: None,
            begun_at: None,
            read_so_far: 0,
        }
    }

    #[test]
    fn pauses_double_up_to_the_usual_interval() {
        let pauses: Vec<i64> = (1..=9).map(|failures| PLAN.pause(failures).as_secs()).collect();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 64, 128, 256, 300]);
        assert_eq!(PLAN.pause(u32::MAX).as_secs(), 300);
    }

    #[test]
    fn a_list_is_due_after_a_while_after_a_pause_and_when_a_loss_was_accepted() {
        let users = sync(Part::Users);
        let read = Sync { succeeded_at: Some(at(0)), ..users.clone() };
        let failed = Sync { failed_at: Some(at(400)), error: Some("no".to_owned()), failures: 3, ..read.clone() };
        let table = [
            (users.clone(), 0, true),
            (read.clone(), 299, false),
            (read.clone(), 300, true),
            (failed.clone(), 407, false),
            (failed, 408, true),
            (Sync { claimed_until: Some(at(30)), ..users.clone() }, 29, false),
            (Sync { claimed_until: Some(at(30)), ..users }, 30, true),
            (Sync { accept_until: Some(at(60)), ..read.clone() }, 10, true),
            (Sync { accept_until: Some(at(60)), ..read.clone() }, 70, false),
            (Sync { wanted_at: Some(at(60)), ..read.clone() }, 70, true),
            (Sync { wanted_at: Some(at(60)), claimed_until: Some(at(90)), ..read }, 70, false),
        ];
        for (sync, second, due) in table {
            assert_eq!(PLAN.is_due(&sync, &[], at(second)), due, "{sync:?} at {second}");
        }
    }

    #[test]
    fn a_rotation_waits_for_what_it_is_about_and_rests() {
        let members = sync(Part::Members);
        let read = |part| Sync { succeeded_at: Some(at(0)), ..sync(part) };
        let known = [read(Part::Users), read(Part::Groups)];
        assert!(!PLAN.is_due(&members, &[read(Part::Users), sync(Part::Groups)], at(0)));
        assert!(PLAN.is_due(&members, &known, at(0)));
        let resting = Sync { rest_until: Some(at(15)), ..members };
        assert!(!PLAN.is_due(&resting, &known, at(14)));
        assert!(PLAN.is_due(&resting, &known, at(15)));
        assert!(PLAN.is_due(&Sync { wanted_at: Some(at(3)), ..resting }, &known, at(4)), "nobody waits for its rest");
    }

    #[test]
    fn what_was_never_read_goes_first_and_the_rest_is_spread() {
        let s = SignedDuration::from_secs;
        let table = [
            (Part::Members, 20, 0, 1, s(12)),
            (Part::Members, 0, 0, 0, s(300)),
            (Part::Members, 2000, 1999, 150, s(0)),
            (Part::Members, 2000, 3, 3, SignedDuration::from_millis(8_169)),
            // A quarter of 18 calls a second: 444 s for all.
            (Part::Members, 2000, 0, 46, SignedDuration::from_millis(8_169)),
            // A quarter of 9: 2222 s for all.
            (Part::AccountTags, 5000, 0, 23, SignedDuration::from_millis(8_176)),
            (Part::PermissionSetContents, 300, 0, 1, SignedDuration::from_millis(9_600)),
        ];
        for (part, pieces, unread, size, rest) in table {
            assert_eq!(PLAN.batch(part, pieces, unread), Batch { size, rest }, "{part:?} {pieces} {unread}");
        }
        let often = Plan { every: s(1), calls_per_second: 0, ..PLAN };
        assert_eq!(often.batch(Part::Members, 20, 0), Batch { size: 20, rest: SignedDuration::from_millis(800) });
    }
}
