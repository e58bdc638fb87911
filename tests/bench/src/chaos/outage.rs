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
