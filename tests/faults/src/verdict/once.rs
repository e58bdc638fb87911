//! What is told of a life is told once and in its order, whatever command or message comes twice.

use std::collections::{BTreeMap, BTreeSet};

use domain::Fact;

use super::Case;

pub fn check(case: &Case<'_>) -> Vec<String> {
    let mut broken = Vec::new();
    let (mut approved, mut stage) = (BTreeSet::new(), BTreeMap::new());
    for told in case.told {
        let (grant, next) = match &told.occurred.fact {
            Fact::RequestApproved { request, .. } => {
                if !approved.insert(*request) {
                    broken.push(format!("approved twice: {request}"));
                }
                continue;
            }
            Fact::GrantStarted { grant, .. } => (grant, 1),
            Fact::GrantActivated { grant, .. } => (grant, 2),
            Fact::GrantRevoking { grant, .. } => (grant, 3),
            Fact::GrantEnded { grant, .. } => (grant, 4),
            _ => continue,
        };
        if stage.insert(*grant, next).is_some_and(|before| before >= next) {
            broken.push(format!("told twice or too late of {grant}: {}", told.occurred.fact.name()));
        }
    }
    broken
}
