//! Where there is a backstop, nothing is created before the schedule that takes it away is in place.

use domain::assignment::{AssignmentState, Origin};
use domain::backstop;
use domain::{AssignmentId, Fact, Tuple};
use simulator::Call;

use super::{Case, at, floor};

pub fn check(case: &Case<'_>) -> Vec<String> {
    if case.plan.keepers == 0 {
        return Vec::new();
    }
    let creations = case.calls.iter().filter(|call| call.operation == "CreateAccountAssignment");
    creations
        .filter(|call| !is_covered(case, call))
        .map(|call| format!("created without a schedule: {call:?}"))
        .collect()
}

fn is_covered(case: &Case<'_>, creation: &Call) -> bool {
    let Some((assignment, generation)) = meant(case, creation) else { return false };
    let mut of_it = case.calls.iter().filter(|call| {
        let name = call.subject.schedule.as_deref().and_then(|name| backstop::read_name("main", name));
        name == Some((assignment, generation)) && at(call) <= at(creation) && call.outcome.ends_with("ok")
    });
    let last = of_it.rfind(|call| matches!(call.operation.as_str(), "CreateSchedule" | "DeleteSchedule"));
    last.is_some_and(|call| call.operation == "CreateSchedule")
}

/// The assignment that was being created then, and which generation of it.
fn meant(case: &Case<'_>, creation: &Call) -> Option<(AssignmentId, i32)> {
    let is_it = |tuple: &Tuple| {
        creation.subject.principal_id.as_deref() == Some(tuple.principal.as_str())
            && creation.subject.account_id.as_deref() == Some(tuple.account.as_str())
    };
    case.told
        .iter()
        .filter(|told| floor(told.at) <= at(creation))
        .filter_map(|told| match &told.occurred.fact {
            Fact::AssignmentChanged {
                assignment, tuple, state: AssignmentState::Creating, generation, origin, ..
            } if *origin != Some(Origin::PreExisting) && is_it(tuple) => Some((*assignment, *generation)),
            _ => None,
        })
        .next_back()
}
