//! Whoever ended has a true reason to.

use domain::fact::Evidence;
use jiff::Timestamp;

use super::{Case, Life};

pub fn check(case: &Case<'_>) -> Vec<String> {
    case.lives.values().filter_map(|life| untrue(case, life)).collect()
}

fn untrue(case: &Case<'_>, life: &Life) -> Option<String> {
    let (ended, evidence) = life.ended.as_ref()?;
    let ours_at =
        |at: Timestamp| case.intervals.iter().find(|span| span.tuple == life.tuple && span.is_ours && span.covers(at));
    match evidence {
        Evidence::DeletedAndReadBack { read_at } | Evidence::AbsentTwice { second_at: read_at, .. } => {
            ours_at(*read_at).map(|span| format!("not absent at {read_at}: {life:?} {span:?}"))
        }
        Evidence::NeverAttempted => {
            let called = case.calls.iter().find(|call| {
                let at = Timestamp::from_millisecond(call.at.0).unwrap_or(Timestamp::MIN);
                call.operation == "CreateAccountAssignment"
                    && call.subject.principal_id.as_deref() == Some(life.tuple.principal.as_str())
                    && call.subject.account_id.as_deref() == Some(life.tuple.account.as_str())
                    && at > life.started
                    && at < *ended
            });
            let alone = case.lives.values().all(|other| {
                other.grant == life.grant
                    || other.tuple != life.tuple
                    || other.started > *ended
                    || other.ended.as_ref().is_some_and(|(at, _)| *at < life.started)
            });
            called.filter(|_| alone).map(|call| format!("attempted all the same: {life:?} {call:?}"))
        }
        Evidence::KeptByAnotherGrant { grant, .. } => {
            let keeps = case.lives.get(grant).is_some_and(|other| {
                other.tuple == life.tuple
                    && other.started <= *ended
                    && other.told_over().is_none_or(|over| over >= *ended)
            });
            (!keeps).then(|| format!("kept by nobody: {life:?}"))
        }
        Evidence::PreExistingLeft => {
            let stood =
                case.intervals.iter().any(|span| span.tuple == life.tuple && !span.is_ours && span.from <= *ended);
            (!stood).then(|| format!("nothing stood there before: {life:?}"))
        }
    }
}
