//! The answer without its reasons, for asking a hundred thousand times: what would be decided, and whether a change
//! of documents can matter to it at all.

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;
use uuid::Uuid;

use super::ask::{Ask, Chosen};
use super::book::{Book, CompiledRule};
use super::evaluate::{hear, take};
use super::guardrail::{Effect, PolicyRef};
use super::objection::objection;
use super::rule::Approval;
use super::time::Time;

/// The same as [`evaluate`](super::evaluate()) chooses.
#[must_use]
pub fn choose(book: &Book, ask: &Ask<'_>) -> Option<Chosen> {
    let place = book.place(&ask.pair.account, &ask.pair.permission_set)?;
    let mut allowed: Vec<(&CompiledRule, Time)> = book
        .rules_for(ask.beneficiary.user, ask.beneficiary.groups)
        .ones()
        .filter_map(|at| book.rules.get(at))
        .filter(|compiled| compiled.reach.area.holds(place.0, place.1))
        .map(|compiled| (compiled, Time::by(compiled, ask)))
        .filter(|(compiled, time)| objection(book, compiled, Some(place), ask, time.window).is_none())
        .collect();
    allowed.sort_by_key(|(compiled, _)| (book.weight(&compiled.rule.spec.approval), compiled.rule.id));
    let mut heard = Vec::new();
    allowed.into_iter().find_map(|(compiled, time)| {
        let at = hear(&mut heard, book, ask, Some(place), time.window);
        let (_, above) = heard.get(at).filter(|(_, above)| !above.forbids)?;
        take(book, compiled, time, above)
    })
}

/// The rules, guardrails and freezes of a book that some documents are or name.
#[derive(Debug)]
pub struct Concerned {
    rules: FixedBitSet,
    guardrails: Vec<usize>,
    freezes: Vec<usize>,
}

impl Book {
    /// Those of its rules, guardrails and freezes that are these documents, or name one of them as their policy.
    #[must_use]
    pub fn concerned(&self, documents: &BTreeSet<Uuid>) -> Concerned {
        let mut rules = FixedBitSet::with_capacity(self.rules.len());
        for (at, compiled) in self.rules.iter().enumerate() {
            let rule = &compiled.rule;
            let by_policy = matches!(&rule.spec.approval, Approval::Named(n) if documents.contains(&n.policy.uuid()));
            rules.set(at, by_policy || documents.contains(&rule.id.uuid()));
        }
        let by_policy = |effect: &Effect| matches!(effect, Effect::Floor { policy: PolicyRef::Named(n) } if documents.contains(&n.policy.uuid()));
        let guardrails = self.guardrails.iter().enumerate().filter(|(_, (guardrail, _))| {
            documents.contains(&guardrail.id.uuid()) || by_policy(&guardrail.spec.effect)
        });
        let freezes = self.freezes.iter().enumerate().filter(|(_, (freeze, _))| documents.contains(&freeze.id.uuid()));
        Concerned {
            rules,
            guardrails: guardrails.map(|(at, _)| at).collect(),
            freezes: freezes.map(|(at, _)| at).collect(),
        }
    }

    /// Whether any of them could have a say in this.
    #[must_use]
    pub fn concerns(&self, concerned: &Concerned, ask: &Ask<'_>) -> bool {
        let Some((account, set)) = self.place(&ask.pair.account, &ask.pair.permission_set) else { return false };
        let (user, groups) = (ask.beneficiary.user, ask.beneficiary.groups);
        let guardrail = |at: &usize| {
            self.guardrails.get(*at).is_some_and(|(guardrail, reach)| {
                reach.area.holds(account, set) && guardrail.spec.subjects.name(user, groups)
            })
        };
        let freeze = |at: &usize| self.freezes.get(*at).is_some_and(|(_, reach)| reach.area.holds(account, set));
        let rule = |at: usize| self.rules.get(at).is_some_and(|compiled| compiled.reach.area.holds(account, set));
        concerned.guardrails.iter().any(guardrail)
            || concerned.freezes.iter().any(freeze)
            || (!concerned.rules.is_clear() && self.rules_for(user, groups).intersection(&concerned.rules).any(rule))
    }
}
