//! Whoever left has nothing any more, and nothing of what an emergency is about lives on.

use domain::emergency::Scope;
use domain::{Fact, GrantId};
use jiff::Timestamp;

use super::{Case, Life};

pub fn check(case: &Case<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    for (left, person) in &case.left {
        for life in case.lives.values().filter(|life| life.tuple.principal == *person) {
            broken.extend(lives_on(case, life, *left).map(|why| format!("{person} left at {left}: {why}")));
        }
    }
    for (declared, scope) in emergencies(case) {
        let about = |life: &&Life| match &scope {
            Scope::Everything => true,
            Scope::User { user } => life.tuple.principal == *user,
            Scope::Account { account } => life.tuple.account == *account,
        };
        for life in case.lives.values().filter(about).filter(|life| is_older(case, life.grant, declared)) {
            broken.extend(lives_on(case, life, declared).map(|why| format!("emergency at {declared}: {why}")));
        }
    }
    broken
}

/// Why it lives too long for something that happened then.
fn lives_on(case: &Case<'_>, life: &Life, then: Timestamp) -> Option<String> {
    let by = case.settled_by(then);
    if life.started > by {
        return Some(format!("started after {by}: {life:?}"));
    }
    let by = case.settled_by(then.max(life.started));
    (life.over() > by).then(|| format!("lives on after {by}: {life:?}"))
}

fn emergencies(case: &Case<'_>) -> Vec<(Timestamp, Scope)> {
    let declared = case.told.iter().filter_map(|told| match &told.occurred.fact {
        Fact::EmergencyDeclared { ends: Some(scope), .. } => Some((told.at, scope.clone())),
        _ => None,
    });
    declared.collect()
}

/// Whether it was asked for before.
fn is_older(case: &Case<'_>, grant: GrantId, then: Timestamp) -> bool {
    case.told.iter().take_while(|told| told.at <= then).any(|told| match &told.occurred.fact {
        Fact::RequestApproved { grants, .. } => grants.contains(&grant),
        _ => false,
    })
}
