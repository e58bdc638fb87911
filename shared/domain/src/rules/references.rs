//! What a document names outside itself, with the field that names it. Whether it is there is for others to find out.

use super::document::Body;
use super::guardrail::{Effect, PolicyRef};
use super::owners::Owned;
use super::rule::{Approval, Review, RuleSpec};
use super::selector::{Accounts, PermissionSets, Subjects, UnitSelector};
use super::severity::Severity;
use crate::approval::{Named, People, PolicySpec, ScheduleRef, ScheduleSource};
use crate::{AccountId, GroupId, PermissionSetArn, PolicyId, UserId};

/// Something that a document names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Referred {
    /// An account.
    Account(AccountId),
    /// The root or an organizational unit.
    Unit(String),
    /// A group.
    Group(GroupId),
    /// A person.
    User(UserId),
    /// A permission set.
    PermissionSet(PermissionSetArn),
    /// A named approval policy.
    Policy(PolicyId),
    /// A schedule kept in Curfew, by the text of its id.
    Schedule(String),
    /// A schedule kept in `PagerDuty`.
    PagerDuty(String),
    /// A ticket system of the settings.
    TicketSystem(String),
    /// A severity of the settings.
    Severity(Severity),
}

/// What is named, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The field, as a path such as `accounts.units[2].id`.
    pub field: String,
    /// What it names.
    pub to: Referred,
}

impl Body {
    /// Everything that it names, in the order of its fields.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let mut found = Found(Vec::new());
        match self {
            Self::Rule(spec) => found.rule(spec),
            Self::ApprovalPolicy(spec) => found.policy("policy", &spec.policy),
            Self::Guardrail(spec) => {
                found.subjects("subjects", &spec.subjects);
                found.accounts(&spec.accounts);
                found.permission_sets(&spec.permission_sets);
                match &spec.effect {
                    Effect::Floor { policy: PolicyRef::Policy(policy) } => found.policy("effect.policy", policy),
                    Effect::Floor { policy: PolicyRef::Named(named) } => found.named("effect.policy.policy", named),
                    Effect::Deny { .. } | Effect::Cap { .. } => {}
                }
            }
            Self::Freeze(spec) => {
                found.accounts(&spec.accounts);
                found.permission_sets(&spec.permission_sets);
            }
            Self::Owners(spec) => {
                match &spec.target {
                    Owned::Account { id } => found.push("target.id", Referred::Account(id.clone())),
                    Owned::Unit { id } => found.push("target.id", Referred::Unit(id.clone())),
                }
                found.people("owners", &spec.owners);
            }
            Self::Schedule(spec) => {
                let rotation = spec.rotation.as_ref().map(|rotation| rotation.users.as_slice());
                found.each("rotation.users", rotation.unwrap_or_default(), Referred::User);
                for (at, shift) in spec.shifts.iter().enumerate() {
                    found.push(format!("shifts[{at}].user"), Referred::User(shift.user.clone()));
                }
            }
        }
        found.0
    }
}

struct Found(Vec<Reference>);

impl Found {
    fn push(&mut self, field: impl Into<String>, to: Referred) {
        self.0.push(Reference { field: field.into(), to });
    }

    fn each<T: Clone>(&mut self, field: &str, all: &[T], to: impl Fn(T) -> Referred) {
        for (at, one) in all.iter().enumerate() {
            self.push(format!("{field}[{at}]"), to(one.clone()));
        }
    }

    fn rule(&mut self, spec: &RuleSpec) {
        self.subjects("subjects", &spec.subjects);
        self.accounts(&spec.accounts);
        self.permission_sets(&spec.permission_sets);
        self.each("severities", &spec.severities, Referred::Severity);
        if let Some(check) = &spec.ticket.check {
            self.push("ticket.check.system", Referred::TicketSystem(check.system.clone()));
        }
        self.subjects("on_behalf", &spec.on_behalf);
        match &spec.approval {
            Approval::Automatic(automatic) => {
                self.schedules("approval.on_call", &automatic.on_call);
                self.review(&automatic.review);
            }
            Approval::BreakGlass(break_glass) => self.review(&break_glass.review),
            Approval::Policy(policy) => self.policy("approval", policy),
            Approval::Named(named) => self.named("approval.policy", named),
        }
    }

    fn review(&mut self, review: &Review) {
        self.subjects("approval.review.reviewers", &review.reviewers);
    }

    fn subjects(&mut self, field: &str, subjects: &Subjects) {
        self.each(&format!("{field}.groups"), &subjects.groups, Referred::Group);
        self.each(&format!("{field}.users"), &subjects.users, Referred::User);
    }

    fn people(&mut self, field: &str, people: &People) {
        self.each(&format!("{field}.groups"), &people.groups, Referred::Group);
        self.each(&format!("{field}.users"), &people.users, Referred::User);
    }

    fn accounts(&mut self, accounts: &Accounts) {
        self.each("accounts.ids", &accounts.ids, Referred::Account);
        self.units("accounts.units", &accounts.units);
        self.each("accounts.except.ids", &accounts.except.ids, Referred::Account);
        self.units("accounts.except.units", &accounts.except.units);
    }

    fn units(&mut self, field: &str, units: &[UnitSelector]) {
        for (at, unit) in units.iter().enumerate() {
            self.push(format!("{field}[{at}].id"), Referred::Unit(unit.id.clone()));
        }
    }

    fn permission_sets(&mut self, sets: &PermissionSets) {
        self.each("permission_sets.arns", &sets.arns, Referred::PermissionSet);
    }

    fn named(&mut self, field: &str, named: &Named) {
        self.push(field, Referred::Policy(named.policy));
    }

    fn policy(&mut self, field: &str, policy: &PolicySpec) {
        for (at, stage) in policy.stages.iter().enumerate() {
            let voters = format!("{field}.stages[{at}].voters");
            self.each(&format!("{voters}.groups"), &stage.voters.groups, Referred::Group);
            self.each(&format!("{voters}.users"), &stage.voters.users, Referred::User);
            if let Some(manager) = &stage.voters.manager {
                self.people(&format!("{voters}.manager.fallback"), &manager.fallback);
            }
            self.schedules(&format!("{voters}.on_call"), &stage.voters.on_call);
            if let Some(escalation) = &stage.escalation {
                self.people(&format!("{field}.stages[{at}].escalation.to"), &escalation.to);
            }
        }
        self.subjects(&format!("{field}.delegates"), &policy.delegates);
    }

    fn schedules(&mut self, field: &str, schedules: &[ScheduleRef]) {
        for (at, schedule) in schedules.iter().enumerate() {
            let to = match schedule.source {
                ScheduleSource::Curfew => Referred::Schedule(schedule.id.clone()),
                ScheduleSource::PagerDuty => Referred::PagerDuty(schedule.id.clone()),
            };
            self.push(format!("{field}[{at}].id"), to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_rule_names_is_found_with_its_field() {
        let body: Body = serde_json::from_value(serde_json::json!({ "kind": "rule", "spec": {
            "name": "a rule",
            "subjects": { "groups": ["11111111-0000-4000-8000-000000000001"] },
            "accounts": {
                "ids": ["000000000001"], "units": [{ "id": "ou-a" }, { "id": "ou-b" }],
                "except": { "ids": ["000000000002"], "units": [{ "id": "ou-c" }] },
            },
            "permission_sets": { "arns": ["arn:aws:sso:::permissionSet/ssoins-1/ps-1"] },
            "max_minutes": 60,
            "severities": ["high"],
            "ticket": { "check": { "system": "jira" } },
            "approval": { "kind": "policy", "stages": [{
                "voters": {
                    "manager": { "fallback": { "users": ["00000000-0000-4000-8000-000000000001"] } },
                    "on_call": [{ "source": "curfew", "id": "s" }, { "source": "pagerduty", "id": "P1" }],
                },
                "escalation": { "after_minutes": 5, "to": { "groups": ["11111111-0000-4000-8000-000000000002"] } },
            }] },
        } }))
        .unwrap();
        let fields: Vec<String> = body.references().into_iter().map(|reference| reference.field).collect();
        assert_eq!(
            fields,
            [
                "subjects.groups[0]",
                "accounts.ids[0]",
                "accounts.units[0].id",
                "accounts.units[1].id",
                "accounts.except.ids[0]",
                "accounts.except.units[0].id",
                "permission_sets.arns[0]",
                "severities[0]",
                "ticket.check.system",
                "approval.stages[0].voters.manager.fallback.users[0]",
                "approval.stages[0].voters.on_call[0].id",
                "approval.stages[0].voters.on_call[1].id",
                "approval.stages[0].escalation.to.groups[0]",
            ]
        );
    }
}
