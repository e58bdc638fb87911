//! What goes free when a guardrail or freeze goes away or gets weaker.

use super::super::area::Area;
use super::super::document::Kind;
use super::super::selector::Subjects;
use super::compare::{freezes_as_much, holds_as_much};
use super::listing::{Cause, Listing};
use super::{Change, Term, Terms};

/// What stood above before, and what does its work now.
struct Gone<'a> {
    subjects: &'a Subjects,
    spares_break_glass: bool,
    /// What nothing does the work for, whoever asks.
    areas: Vec<Area>,
    /// What does the work for some.
    instead: Vec<(&'a Subjects, &'a Area)>,
}

impl Change<'_> {
    pub(super) fn by_guardrails(&self, listing: &mut Listing<'_>) {
        for (old, reach) in self.before.guardrails.iter().filter(|(old, _)| old.spec.enabled) {
            let area = self.translation.area(&reach.area);
            let effect = self.before.effect_of(old);
            let instead: Vec<(&Subjects, &Area)> = self
                .after
                .guardrails
                .iter()
                .filter(|(new, reach)| {
                    let now = self.after.effect_of(new);
                    new.spec.enabled && holds_as_much((self.before, &effect, &area), (self.after, &now, &reach.area))
                })
                .map(|(new, reach)| (&new.spec.subjects, &reach.area))
                .collect();
            let for_all = instead.iter().filter(|(by, _)| by.surely_name(&old.spec.subjects)).map(|(_, area)| *area);
            let gone = Gone {
                subjects: &old.spec.subjects,
                spares_break_glass: effect.spares_break_glass(),
                areas: area.into_owned().without(for_all),
                instead,
            };
            let cause = Cause { kind: Kind::Guardrail, id: old.id.uuid(), name: &old.spec.name };
            self.free(&gone, &cause, listing, || Terms::of_effect(self.before, &effect));
        }
    }

    pub(super) fn by_freezes(&self, listing: &mut Listing<'_>) {
        let everyone = Subjects { everyone: true, ..Subjects::default() };
        for (old, reach) in &self.before.freezes {
            let by = self.after.freezes.iter().filter(|(new, _)| freezes_as_much(&old.spec, &new.spec));
            let gone = Gone {
                subjects: &everyone,
                spares_break_glass: old.spec.spares_break_glass,
                areas: self.translation.area(&reach.area).into_owned().without(by.map(|(_, reach)| &reach.area)),
                instead: Vec::new(),
            };
            let cause = Cause { kind: Kind::Freeze, id: old.id.uuid(), name: &old.spec.name };
            self.free(&gone, &cause, listing, || Term::Freeze { from: old.spec.from, until: old.spec.until }.into());
        }
    }

    fn free(&self, gone: &Gone<'_>, cause: &Cause<'_>, listing: &mut Listing<'_>, before: impl Fn() -> Terms) {
        if gone.areas.is_empty() {
            return;
        }
        for asking in &self.asking {
            let free = !(gone.spares_break_glass && asking.compiled.is_break_glass());
            let held = asking.subjects.iter().filter(|(_, named)| free && gone.subjects.may_name(named));
            for (subject, named) in held {
                for area in gone.areas.iter().filter(|area| area.meets(&asking.area)) {
                    let by = gone.instead.iter().filter(|(by, _)| by.surely_name(named)).map(|(_, area)| *area);
                    let left = asking.area.and(area).without(by);
                    for piece in left.into_iter().flat_map(|piece| self.not_denied(piece, asking, named)) {
                        let rule = &asking.compiled.rule;
                        let by = || Some(rule.spec.name.clone());
                        let after = || Terms { by: by(), ..Terms::of_rule(self.after, rule) };
                        listing.add(cause, subject, &piece, || (before(), after()));
                    }
                }
            }
        }
    }
}
