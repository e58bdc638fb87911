//! While a grant is active its access is there: another's end does not take it, and neither does anything else of ours.

use jiff::{SignedDuration, Timestamp};

use super::{Case, Life, Span};

/// AWS's record counts milliseconds.
const GRAIN: SignedDuration = SignedDuration::from_millis(2);

pub fn check(case: &Case<'_>) -> Vec<String> {
    case.lives.values().filter_map(|life| is_missed(case, life)).collect()
}

fn is_missed(case: &Case<'_>, life: &Life) -> Option<String> {
    let mut at = life.active?;
    let spans: Vec<&Span> = case.intervals.iter().filter(|span| span.tuple == life.tuple).collect();
    while at + GRAIN < life.over() {
        let here = spans.iter().find(|span| span.from <= at + GRAIN && span.until.is_none_or(|until| until > at));
        match here {
            Some(span) => at = span.until?,
            None => {
                let last = spans.iter().filter(|span| span.until.is_some_and(|until| until <= at + GRAIN));
                let taken_outside = last.max_by_key(|span| span.until).is_some_and(|span| !span.removed_by_us);
                if !taken_outside && !is_out_of_date(case, life, at) {
                    return Some(format!("missing from {at}: {life:?} {spans:?}"));
                }
                at = spans.iter().map(|span| span.from).filter(|from| *from > at).min()?;
            }
        }
    }
    None
}

/// Whether it was taken by somebody who remembered what it was a moment ago, while Postgres was away or just after.
fn is_out_of_date(case: &Case<'_>, life: &Life, at: Timestamp) -> bool {
    let lately = SignedDuration::from_secs(60);
    case.plan.more.outages.iter().any(|(from, until)| {
        *from <= at && at <= *until + lately && case.is_changed(&life.tuple, *from - lately, at + GRAIN)
    })
}
