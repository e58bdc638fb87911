//! What rules open that were not there, or said less.

use std::borrow::Cow;

use super::super::area::Area;
use super::super::book::CompiledRule;
use super::super::document::Kind;
use super::super::selector::Subjects;
use super::compare::allows_as_much;
use super::listing::{Cause, Listing};
use super::{Asking, Change, Subject, Term, Terms};

impl<'b> Change<'b> {
    pub(super) fn by_rules(&self, listing: &mut Listing<'_>) {
        for asking in &self.asking {
            if !self.is_unchanged(asking) {
                self.by_rule(asking, listing);
            }
        }
    }

    /// The rule of this id before, if it counted.
    fn old(&self, asking: &Asking<'_>) -> Option<&'b CompiledRule> {
        let at = self.before.rules.binary_search_by_key(&asking.compiled.rule.id, |old| old.rule.id).ok()?;
        self.before.rules.get(at).filter(|old| self.before.counts(old))
    }

    fn is_unchanged(&self, asking: &Asking<'_>) -> bool {
        self.old(asking).is_some_and(|old| {
            let (was, is) = (&old.rule.spec, &asking.compiled.rule.spec);
            was == is
                && self.before.policy_of(&was.approval) == self.after.policy_of(&is.approval)
                && *self.translation.area(&self.before.usable(old)) == asking.area
        })
    }

    fn by_rule(&self, asking: &Asking<'_>, listing: &mut Listing<'_>) {
        let rule = &asking.compiled.rule;
        let cause = Cause { kind: Kind::Rule, id: rule.id.uuid(), name: &rule.spec.name };
        let old = self.old(asking);
        for (subject, named) in &asking.subjects {
            let as_much: Vec<Area> = self.before_for(subject, named, asking).collect();
            let left = asking.area.clone().without(&as_much);
            for piece in left.into_iter().flat_map(|piece| self.not_denied(piece, asking, named)) {
                listing.add(&cause, subject, &piece, || {
                    let old = old.filter(|old| old.rule.spec.subjects.surely_name(named));
                    let before = old.map_or_else(|| Term::Nothing.into(), |old| Terms::of_rule(self.before, &old.rule));
                    let mut after = Terms::of_rule(self.after, rule);
                    if after == before {
                        after.terms.push(Term::Otherwise);
                    }
                    (before, after)
                });
            }
        }
    }

    /// What rules allowed this subject before, at least as much as this rule does now.
    fn before_for<'s>(
        &'s self,
        subject: &Subject,
        named: &'s Subjects,
        asking: &'s Asking<'_>,
    ) -> impl Iterator<Item = Area> + use<'s> {
        let places = match subject {
            Subject::Everyone => self.before.rules_for_groups(&[]),
            Subject::Group { id } => self.before.rules_for_groups(std::slice::from_ref(id)),
            Subject::User { id } => self.before.rules_for(id, &[]),
        };
        let rules = places.into_ones().filter_map(|at| self.before.rules.get(at));
        rules
            .filter(|old| self.before.counts(old) && old.rule.spec.subjects.surely_name(named))
            .filter(|old| allows_as_much(self.before, &old.rule, self.after, &asking.compiled.rule))
            .map(|old| match self.translation.area(&self.before.usable(old)) {
                Cow::Borrowed(area) => area.clone(),
                Cow::Owned(area) => area,
            })
    }

    /// Without what a guardrail surely denies this subject.
    pub(super) fn not_denied(&self, piece: Area, asking: &Asking<'_>, named: &Subjects) -> Vec<Area> {
        let break_glass = asking.compiled.is_break_glass();
        let denying = self.after.denying(|guardrail| {
            guardrail.spec.subjects.surely_name(named) && !(break_glass && guardrail.spec.effect.spares_break_glass())
        });
        let areas: Vec<&Area> = denying.map(|(_, area)| area).collect();
        piece.without(areas)
    }
}
