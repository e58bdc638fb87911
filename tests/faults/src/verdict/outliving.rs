//! No access that Curfew gave outlives its end by more than AWS needs, and the faults of the day.

use jiff::Timestamp;

use super::{Case, Span};

pub fn check(case: &Case<'_>) -> Vec<String> {
    case.intervals.iter().filter(|span| span.is_ours).filter_map(|span| outlives(case, span)).collect()
}

fn outlives(case: &Case<'_>, span: &Span) -> Option<String> {
    let mut held: Vec<(Timestamp, Timestamp)> =
        case.lives.values().filter(|life| life.tuple == span.tuple).map(|life| (life.started, life.over())).collect();
    held.sort();
    // From where on nobody holds it, and until when then.
    let mut at = span.from;
    loop {
        while let Some((_, until)) = held.iter().find(|(from, until)| *from <= at && at < *until) {
            at = *until;
        }
        let next = held.iter().map(|(from, _)| *from).filter(|from| *from > at).min();
        let alone_until = match (span.until, next) {
            (Some(until), Some(next)) => Some(until.min(next)),
            (Some(until), None) => Some(until),
            (None, next) => next,
        };
        let by = case.gone_by(&span.tuple, at);
        match alone_until {
            Some(until) if until <= by => {}
            _ => return Some(format!("outlived: nobody holds it from {at}, it must be gone by {by}: {span:?}")),
        }
        match (alone_until, next) {
            (Some(until), Some(next)) if until == next => at = next,
            _ => return None,
        }
    }
}
