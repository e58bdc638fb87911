//! While access is paused none is created, beyond what had left before.

use domain::Fact;
use domain::emergency::Switch;
use jiff::Timestamp;

use super::intended::ON_ITS_WAY;
use super::{Case, at};

pub fn check(case: &Case<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    for (from, until) in pauses(case) {
        let calls = case.calls.iter().filter(|call| call.operation == "CreateAccountAssignment");
        let late = calls.filter(|call| at(call) > from + ON_ITS_WAY && at(call) < until);
        broken.extend(late.map(|call| format!("created while paused from {from} until {until}: {call:?}")));
    }
    broken
}

fn pauses(case: &Case<'_>) -> Vec<(Timestamp, Timestamp)> {
    let (mut pauses, mut since) = (Vec::new(), None);
    for told in case.told {
        match &told.occurred.fact {
            Fact::EmergencyDeclared { switch: Some(Switch::Pause), .. } => since = since.or(Some(told.at)),
            Fact::EmergencyDeclared { switch: Some(Switch::Resume), .. } => {
                pauses.extend(since.take().map(|since| (since, told.at)));
            }
            _ => {}
        }
    }
    pauses.extend(since.map(|since| (since, case.end)));
    pauses
}
