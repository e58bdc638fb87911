//! What Curfew did not make, it does not touch.

use jiff::SignedDuration;

use super::Case;

pub fn check(case: &Case<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    for span in case.intervals.iter().filter(|span| !span.is_ours && span.removed_by_us) {
        // What somebody makes while a grant lives, just after, or so shortly before that AWS did not show it yet, cannot
        // be told from ours.
        let shown = span.from + SignedDuration::from_secs_f64(case.plan.aws.lag_s);
        let doubtful = case.lives.values().any(|life| life.tuple == span.tuple && life.started <= shown);
        if !doubtful {
            broken.push(format!("removed although it was there before: {span:?}"));
        }
    }
    broken
}
