//! What to do when AWS did not do what was asked: one table over every class of answer, a column for access that shall
//! be there and one for access that shall be gone. Pure: whoever acts on it holds the lease and the clock.

use jiff::SignedDuration;

use crate::CallError;

/// What was asked of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// That an assignment be there.
    Present,
    /// That it be gone.
    Absent,
}

/// The class of an answer: that of the call, or of the operation that it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Asked too often, or too many operations are under way.
    Throttled,
    /// Another operation on the same thing.
    Conflict,
    /// No answer that tells: the effect may have happened.
    Unclear,
    /// Something that the call names does not exist.
    NotFound,
    /// Our credentials may not do this.
    Denied,
    /// AWS does not understand the call.
    Invalid,
    /// A limit that waiting does not lift.
    Quota,
    /// It was not sent in time.
    TooLate,
    /// AWS took it up, and ended it with FAILED and a reason.
    Failed,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 9] = [
        Self::Throttled,
        Self::Conflict,
        Self::Unclear,
        Self::NotFound,
        Self::Denied,
        Self::Invalid,
        Self::Quota,
        Self::TooLate,
        Self::Failed,
    ];

    /// One word for it, in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Conflict => "conflict",
            Self::Unclear => "unclear",
            Self::NotFound => "not_found",
            Self::Denied => "denied",
            Self::Invalid => "invalid",
            Self::Quota => "quota",
            Self::TooLate => "too_late",
            Self::Failed => "failed",
        }
    }
}

impl CallError {
    /// Its class.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::Throttled => Class::Throttled,
            Self::Conflict => Class::Conflict,
            Self::Unclear(_) => Class::Unclear,
            Self::NotFound(_) => Class::NotFound,
            Self::Denied(_) => Class::Denied,
            Self::Invalid(_) => Class::Invalid,
            Self::Quota(_) => Class::Quota,
            Self::TooLate => Class::TooLate,
        }
    }
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// The same again, after a rest.
    Retry(Backoff),
    /// A read tells what became of it; the same again after a rest where it did not come about.
    ReadBack(Backoff),
    /// It will not come about: those who wait for it have failed, and whatever was made is taken away.
    FailAndCleanUp,
    /// Waiting a little does not help: operators are alarmed, and it is tried on for ever, more slowly.
    Park(Backoff),
}

/// Rests that double with every try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The first, in milliseconds.
    pub first_ms: i64,
    /// The longest, in milliseconds.
    pub most_ms: i64,
}

impl Backoff {
    /// None at all.
    pub const AT_ONCE: Self = Self { first_ms: 0, most_ms: 0 };

    /// Where AWS said that it removed something, and still shows it.
    pub const STILL_SHOWN: Self = Self::removing(8);

    const fn adding(most_s: i64) -> Self {
        Self { first_ms: 500, most_ms: most_s * 1000 }
    }

    const fn removing(most_s: i64) -> Self {
        Self { first_ms: 250, most_ms: most_s * 1000 }
    }

    /// The rest before the next try, after `tries` that failed before this one: between half of it and all of it, where
    /// `share` (from 0 to 1, by chance) says, so that no two workers come back together.
    #[must_use]
    pub fn rest(self, tries: i32, share: f64) -> SignedDuration {
        let doubled = self.first_ms.saturating_mul(1 << tries.clamp(0, 20));
        let cut = doubled.min(self.most_ms);
        let spread = SignedDuration::from_millis(cut / 2);
        SignedDuration::from_millis(cut - cut / 2) + spread.mul_f64(share.clamp(0.0, 1.0))
    }
}

/// The table. A removal is never given up.
#[must_use]
pub const fn course(effect: Effect, class: Class) -> Course {
    match (effect, class) {
        (Effect::Present, Class::Throttled) => Course::Retry(Backoff::adding(60)),
        (Effect::Present, Class::Conflict) => Course::Retry(Backoff::adding(8)),
        (Effect::Present, Class::Unclear) => Course::ReadBack(Backoff::adding(8)),
        // The user, the account or the permission set is gone.
        (Effect::Present, Class::NotFound) => Course::FailAndCleanUp,
        (Effect::Present, Class::Denied | Class::Invalid | Class::Quota | Class::Failed) => Course::FailAndCleanUp,

        (Effect::Absent, Class::Throttled | Class::Conflict) => Course::Retry(Backoff::removing(8)),
        // Gone already, or a part of it is: what is gone is removed.
        (Effect::Absent, Class::Unclear | Class::NotFound) => Course::ReadBack(Backoff::removing(8)),
        (Effect::Absent, Class::Denied | Class::Invalid | Class::Quota | Class::Failed) => {
            Course::Park(Backoff::removing(300))
        }

        (Effect::Present | Effect::Absent, Class::TooLate) => Course::Retry(Backoff::AT_ONCE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_its_course() {
        let (retry, read, park) = (Course::Retry, Course::ReadBack, Course::Park);
        let (adding, removing) = (Backoff::adding, Backoff::removing);
        let table = [
            (Class::Throttled, retry(adding(60)), retry(removing(8))),
            (Class::Conflict, retry(adding(8)), retry(removing(8))),
            (Class::Unclear, read(adding(8)), read(removing(8))),
            (Class::NotFound, Course::FailAndCleanUp, read(removing(8))),
            (Class::Denied, Course::FailAndCleanUp, park(removing(300))),
            (Class::Invalid, Course::FailAndCleanUp, park(removing(300))),
            (Class::Quota, Course::FailAndCleanUp, park(removing(300))),
            (Class::TooLate, retry(Backoff::AT_ONCE), retry(Backoff::AT_ONCE)),
            (Class::Failed, Course::FailAndCleanUp, park(removing(300))),
        ];
        assert_eq!(table.map(|(class, ..)| class), Class::ALL);
        for (class, adds, removes) in table {
            assert_eq!(course(Effect::Present, class), adds, "adding, {class:?}");
            assert_eq!(course(Effect::Absent, class), removes, "removing, {class:?}");
        }
    }

    #[test]
    fn a_removal_is_never_given_up() {
        for class in Class::ALL {
            assert_ne!(course(Effect::Absent, class), Course::FailAndCleanUp, "{class:?}");
        }
    }

    #[test]
    fn what_may_have_happened_is_read_back() {
        let errors = [
            CallError::Throttled,
            CallError::Conflict,
            CallError::Unclear(String::new()),
            CallError::NotFound(String::new()),
            CallError::Denied(String::new()),
            CallError::Invalid(String::new()),
            CallError::Quota(String::new()),
            CallError::TooLate,
        ];
        for error in errors.iter().filter(|error| error.effect_unknown()) {
            for effect in [Effect::Present, Effect::Absent] {
                assert!(matches!(course(effect, error.class()), Course::ReadBack(_)), "{effect:?} {error}");
            }
        }
        assert!(errors.iter().all(|error| error.class().as_str() == error.word()));
    }

    #[test]
    fn rests_double_up_to_the_longest_and_differ_by_half() {
        let backoff = Backoff::adding(8);
        for (tries, cut) in [(0, 500), (1, 1000), (2, 2000), (4, 8000), (5, 8000), (1000, 8000), (-1, 500)] {
            assert_eq!(backoff.rest(tries, 0.0), SignedDuration::from_millis(cut / 2), "{tries}");
            assert_eq!(backoff.rest(tries, 1.0), SignedDuration::from_millis(cut), "{tries}");
        }
        assert_eq!(Backoff::AT_ONCE.rest(7, 0.5), SignedDuration::ZERO);
    }
}
