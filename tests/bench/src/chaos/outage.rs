//! What became of those whose time was up while the fault lasted: what was removed before it was over.

use jiff::SignedDuration;

use crate::kill::Kill;
use crate::lives::Life;
use crate::oracle::Interval;

/// A deadline so shortly before the end of the fault is not counted: nobody could have acted on it.
const IN_TIME: SignedDuration = SignedDuration::from_secs(10);

/// Those whose deadline came during a fault.
#[derive(Debug, Default, PartialEq)]
pub struct Outage {
    pub due: usize,
    /// How many of them were removed before the fault was over.
    pub removed: usize,
    /// From the deadline to the real end, of the latest of those.
    pub late_max_s: Option<f64>,
}

pub fn during(lives: &[Life], faults: &[Kill], intervals: &[Interval]) -> Outage {
    let mut outage = Outage::default();
    for life in lives {
        let deadline = life.deadline_at;
        let Some(fault) = faults.iter().find(|f| f.at <= deadline && deadline + IN_TIME <= f.ready_at) else {
            continue;
        };
        outage.due += 1;
        let theirs = intervals.iter().filter(|i| i.tuple == life.tuple && i.from <= life.ended_at);
        let Some(until) = theirs.filter_map(|i| i.until).filter(|until| *until >= fault.at).max() else { continue };
        if until <= fault.ready_at {
            outage.removed += 1;
            let late = until.duration_since(deadline).as_secs_f64();
            outage.late_max_s = Some(outage.late_max_s.unwrap_or(late).max(late));
        }
    }
    outage
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::oracle::Tuple;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_772_442_000 + second).unwrap()
    }

    fn tuple() -> Tuple {
        Tuple { principal: "p".to_owned(), account: "a".to_owned(), permission_set: "s".to_owned() }
    }

    fn life(deadline: i64) -> Life {
        Life {
            request: uuid::Uuid::from_u128(1),
            tuple: tuple(),
            submit: Duration::ZERO,
            approve: Duration::ZERO,
            decided_after: at(0),
            approved_at: at(0),
            activated_at: at(1),
            deadline_at: at(deadline),
            end_at: at(deadline),
            end: None,
            revoking_at: at(deadline),
            ended_at: at(200),
            told: vec![],
            reason: "deadline".to_owned(),
        }
    }

    #[test]
    fn only_deadlines_inside_the_fault_count_and_only_what_went_before_its_end_was_removed_in_it() {
        let fault = [Kill { process: "revocation".to_owned(), at: at(40), ready_at: at(100) }];
        for (what, deadline, until, expected) in [
            ("removed in time", 61, Some(62), Outage { due: 1, removed: 1, late_max_s: Some(1.0) }),
            ("removed when it was over", 61, Some(101), Outage { due: 1, removed: 0, late_max_s: None }),
            ("never removed", 61, None, Outage { due: 1, removed: 0, late_max_s: None }),
            ("due before", 39, Some(41), Outage::default()),
            ("due shortly before its end", 95, Some(96), Outage::default()),
        ] {
            let interval = Interval { tuple: tuple(), from: at(1), until: until.map(at) };
            assert_eq!(during(&[life(deadline)], &fault, &[interval]), expected, "{what}");
        }
    }
}
