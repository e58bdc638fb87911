//! Approvals and guardrails as sentences that an auditor reads.

use domain::rules::{Approval, Effect, Rule};

use crate::http::view::{NeedView, PeopleView, StageView};

/// How a rule comes to a yes.
pub(super) fn approval(rule: &Rule, needs: &[NeedView]) -> String {
    match &rule.spec.approval {
        Approval::Automatic(automatic) => match (&automatic.waiver, automatic.incident, automatic.on_call.is_empty()) {
            (Some(waiver), _, _) => format!("nobody decides; conditions are waived: {waiver}"),
            (None, true, true) => "nobody decides while an incident is open".to_owned(),
            (None, true, false) => "nobody decides while an incident is open, or for whoever is on duty".to_owned(),
            (None, false, _) => "nobody decides for whoever is on duty".to_owned(),
        },
        Approval::BreakGlass(spec) => {
            format!("break-glass: nobody decides, and a second person looks within {} hours", spec.review.within_hours)
        }
        Approval::Policy(_) | Approval::Named(_) => {
            let needs = needs.iter().map(|need| {
                let stages: Vec<String> = need.stages.iter().map(stage).collect();
                stages.join(", then ")
            });
            needs.collect::<Vec<_>>().join("; and ")
        }
    }
}

fn stage(stage: &StageView) -> String {
    let mut who = people(&stage.people);
    if stage.manager {
        who.push("the manager".to_owned());
    }
    if stage.owners {
        who.push("the account's owners".to_owned());
    }
    who.extend(stage.on_call.iter().map(|schedule| {
        format!("whoever is on duty by {}", schedule.name.as_deref().unwrap_or(&schedule.schedule.id))
    }));
    format!("{} of {}", stage.votes, who.join(" or "))
}

fn people(people: &PeopleView) -> Vec<String> {
    let groups = people.groups.iter().map(|group| format!("the group {}", group.name));
    groups.chain(people.users.iter().map(|user| user.name.clone())).collect()
}

/// What a guardrail does.
pub(super) fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Deny { spares_break_glass: true } => "denies it, but for break-glass".to_owned(),
        Effect::Deny { spares_break_glass: false } => "denies it".to_owned(),
        Effect::Floor { .. } => "demands an approval of its own as well".to_owned(),
        Effect::Cap { concurrent } => format!("allows one person {concurrent} such accesses at a time"),
    }
}
