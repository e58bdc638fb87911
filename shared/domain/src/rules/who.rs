//! Who could get something, from the target's side.

use jiff::Timestamp;

use super::ask::Way;
use super::book::Book;
use super::guardrail::Guardrail;
use super::rule::{Approval, Rule};
use super::selector::Subjects;
use crate::{AccountId, Minutes, PermissionSetArn};

/// Whom a rule lets have it.
#[derive(Debug)]
pub struct Holder<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Whom it is for.
    pub subjects: &'a Subjects,
    /// The longest access by it.
    pub max: Minutes,
    /// How it comes to a yes, without what guardrails add.
    pub way: Way,
    /// The guardrails that cover it for some or all of them, in the order of their ids.
    pub above: Vec<&'a Guardrail>,
}

impl Book {
    /// The rules by which somebody could get this permission set in this account now or later, in the order of their
    /// ids. Left out are those that a guardrail denies to all whom they are for.
    #[must_use]
    pub fn who(&self, account: &AccountId, permission_set: &PermissionSetArn, now: Timestamp) -> Vec<Holder<'_>> {
        let Some((account, set)) = self.place(account, permission_set).filter(|(at, _)| self.active.contains(*at))
        else {
            return Vec::new();
        };
        let here: Vec<&Guardrail> = self
            .guardrails
            .iter()
            .filter(|(guardrail, reach)| guardrail.spec.enabled && reach.area.holds(account, set))
            .map(|(guardrail, _)| guardrail)
            .collect();
        let rules = self.rules.iter().filter(|c| c.reach.area.holds(account, set) && self.is_open(c, now));
        rules
            .filter_map(|compiled| {
                let subjects = &compiled.rule.spec.subjects;
                let break_glass = compiled.is_break_glass();
                let above: Vec<&Guardrail> = here
                    .iter()
                    .copied()
                    .filter(|g| {
                        g.spec.subjects.may_name(subjects) && !(break_glass && g.spec.effect.spares_break_glass())
                    })
                    .collect();
                let denied = self.denying(|g| above.iter().any(|covering| covering.id == g.id));
                let denied = denied.map(|(g, _)| &g.spec.subjects).any(|by| by.surely_name(subjects));
                (!denied).then(|| Holder {
                    rule: &compiled.rule,
                    subjects,
                    max: compiled.rule.spec.max_minutes,
                    way: self.way(&compiled.rule),
                    above,
                })
            })
            .collect()
    }

    /// How the rule comes to a yes by itself.
    fn way(&self, rule: &Rule) -> Way {
        match &rule.spec.approval {
            Approval::BreakGlass(spec) => Way::BreakGlass { review: spec.review.clone() },
            Approval::Automatic(spec) => Way::Automatic { review: spec.review.clone() },
            approval => Way::People(self.need_of_rule(approval, &rule.spec.name).into_iter().collect()),
        }
    }
}

impl Subjects {
    /// Whether somebody whom `others` name may be named here too: who is in which group is not known here.
    pub(super) fn may_name(&self, others: &Self) -> bool {
        let both = !self.is_empty() && !others.is_empty();
        let by_group = both && (!self.groups.is_empty() || !others.groups.is_empty());
        both && (self.everyone
            || others.everyone
            || by_group
            || self.users.iter().any(|user| others.users.contains(user)))
    }

    /// Whether whoever `others` name is named here too, whoever is in which group.
    pub(super) fn surely_name(&self, others: &Self) -> bool {
        self.everyone
            || (!others.everyone
                && others.groups.iter().all(|group| self.groups.contains(group))
                && others.users.iter().all(|user| self.users.contains(user)))
    }
}
