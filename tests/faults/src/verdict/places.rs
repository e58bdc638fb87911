//! Never more operations are under way than there are places, and never two of one permission set in one account: but for
//! those that nobody heard of, which keep their place for as long as AWS may need and no longer.

use jiff::{SignedDuration, Timestamp};
use simulator::Operation;

use super::Case;

/// Until a call that was committed has left, has arrived, and what it began is over, as far as anybody knows.
pub const KEPT: SignedDuration = SignedDuration::from_secs(5 + 12 + 30);

pub fn check(case: &Case<'_>) -> Vec<String> {
    let Some(places) = case.plan.more.places else { return Vec::new() };
    let mut broken = Vec::new();
    for (nth, operation) in case.operations.iter().enumerate() {
        let began = moment(operation.created.0);
        let beside = case.operations.iter().take(nth).filter(|other| {
            moment(other.created.0) + KEPT > began && other.ended.is_none_or(|ended| moment(ended.0) > began)
        });
        let beside: Vec<&Operation> = beside.collect();
        if beside.len() >= usize::from(places) {
            broken.push(format!(
                "{} operations under way with {places} places: {operation:?} {beside:?}",
                beside.len() + 1
            ));
        }
        let is_same = |other: &&&Operation| {
            let (one, other) = (&operation.tuple, &other.tuple);
            one.account_id == other.account_id && one.permission_set_arn == other.permission_set_arn
        };
        if let Some(other) = beside.iter().find(is_same) {
            broken.push(format!("two of one permission set in one account: {operation:?} {other:?}"));
        }
    }
    broken
}

fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MIN)
}
