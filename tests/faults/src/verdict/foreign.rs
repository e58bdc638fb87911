//! What Curfew did not make, it does not touch.

use super::Case;

pub fn check(case: &Case<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    for span in case.intervals.iter().filter(|span| !span.is_ours && span.removed_by_us) {
        // What somebody makes while a grant lives, or just after, cannot be told from ours.
        let doubtful = case.lives.values().any(|life| life.tuple == span.tuple && life.started <= span.from);
        if !doubtful {
            broken.push(format!("removed although it was there before: {span:?}"));
        }
    }
    broken
}
