//! Nothing is assigned unless it was approved, and its end was durable first; and nothing long after that end was told.

use domain::Fact;
use jiff::{SignedDuration, Timestamp};

use super::{Case, Life, floor};

/// A call may leave this long after its attempt was committed, and be this long on its way.
pub const ON_ITS_WAY: SignedDuration = SignedDuration::from_millis(5_000 + 11_050);

pub fn check(case: &Case<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    for call in case.calls.iter().filter(|call| call.operation == "CreateAccountAssignment") {
        let Ok(at) = Timestamp::from_millisecond(call.at.0) else { continue };
        let is_meant = |life: &&Life| {
            call.subject.principal_id.as_deref() == Some(life.tuple.principal.as_str())
                && call.subject.account_id.as_deref() == Some(life.tuple.account.as_str())
                && floor(life.started) <= at
                && life.told_over().is_none_or(|over| at <= over + ON_ITS_WAY)
                && at <= life.deadline + ON_ITS_WAY + case.settled_by(life.deadline).duration_since(life.deadline)
        };
        if !case.lives.values().any(|life| is_meant(&life)) {
            broken.push(format!("created at {at} for no grant that lives: {call:?}"));
        }
    }
    for life in case.lives.values() {
        let approved = case.told.iter().any(|told| {
            told.at <= life.started
                && match &told.occurred.fact {
                    Fact::RequestApproved { grants, .. } => grants.contains(&life.grant),
                    _ => false,
                }
        });
        if !approved {
            broken.push(format!("started without an approval: {life:?}"));
        }
    }
    broken
}
