//! Whatever is said to be there, or gone, was read back from AWS after the last call that changed it.

use domain::Tuple;
use domain::fact::Evidence;
use jiff::Timestamp;
use simulator::Call;

use super::{Case, at, floor};

pub fn check(case: &Case<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    for life in case.lives.values() {
        if let Some(active) = life.active {
            // Whoever joins another may be read back by a look that was under way.
            let joined = floor(life.started) - crate::play::LEASE;
            let from = last(case, &life.tuple, "CreateAccountAssignment", active).unwrap_or(joined);
            if !is_read(case, &life.tuple, from, active) {
                broken.push(format!("active without a look at it since {from}: {life:?}"));
            }
        }
        if let Some((ended, Evidence::DeletedAndReadBack { .. } | Evidence::AbsentTwice { .. })) = &life.ended {
            let from = last(case, &life.tuple, "DeleteAccountAssignment", *ended).unwrap_or(life.started);
            if !is_read(case, &life.tuple, from, *ended) {
                broken.push(format!("ended without a look at it since {from}: {life:?}"));
            }
        }
    }
    broken
}

fn last(case: &Case<'_>, tuple: &Tuple, operation: &str, before: Timestamp) -> Option<Timestamp> {
    let is_it = |call: &&Call| {
        call.operation == operation
            && call.outcome == "ok"
            && call.subject.principal_id.as_deref() == Some(tuple.principal.as_str())
            && call.subject.account_id.as_deref() == Some(tuple.account.as_str())
            && at(call) <= before
    };
    case.calls.iter().filter(is_it).map(at).max()
}

fn is_read(case: &Case<'_>, tuple: &Tuple, from: Timestamp, until: Timestamp) -> bool {
    case.calls.iter().any(|call| {
        call.operation == "ListAccountAssignments"
            && call.outcome == "ok"
            && call.subject.account_id.as_deref() == Some(tuple.account.as_str())
            && at(call) >= from
            && at(call) <= until
    })
}
