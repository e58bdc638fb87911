//! What somebody may ask for, from the rules' side: no account or permission set is looked at by itself.

use jiff::Timestamp;

use super::area::Area;
use super::book::{Book, CompiledRule};
use super::guardrail::{Effect, Guardrail};
use super::reach::Reach;
use super::rule::{Approval, Rule};
use super::selector::{AccountFacts, Organization, PermissionSetFacts};
use crate::{AccountId, GroupId, PermissionSetArn, UserId};

/// Permission sets in accounts that a rule lets somebody ask for. A rule has several offers where a guardrail
/// forbids a part of what it reaches.
#[derive(Debug)]
pub struct Offer<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Whether it is break-glass, which is asked for by the rule's id.
    pub break_glass: bool,
    area: Area,
    book: &'a Book,
}

impl<'a> Offer<'a> {
    /// The accounts, each with all of the permission sets.
    pub fn accounts(&self) -> impl ExactSizeIterator<Item = &'a AccountFacts> + use<'a> {
        picked(&self.organization().accounts, &self.area.accounts)
    }

    /// The permission sets, each in all of the accounts.
    pub fn permission_sets(&self) -> impl ExactSizeIterator<Item = &'a PermissionSetFacts> + use<'a> {
        picked(&self.organization().permission_sets, &self.area.permission_sets)
    }

    /// Whether it is about this.
    #[must_use]
    pub fn holds(&self, account: &AccountId, permission_set: &PermissionSetArn) -> bool {
        self.book.place(account, permission_set).is_some_and(|(account, set)| self.area.holds(account, set))
    }

    /// How many (account, permission set) it is about.
    #[must_use]
    pub fn count(&self) -> usize {
        self.area.count()
    }

    const fn organization(&self) -> &'a Organization {
        self.book.organization()
    }
}

/// The accounts and the permission sets that these offers name, each of them once.
#[must_use]
pub fn named<'a>(offers: &[Offer<'a>]) -> (Vec<&'a AccountFacts>, Vec<&'a PermissionSetFacts>) {
    let Some(first) = offers.first() else { return (Vec::new(), Vec::new()) };
    let mut all = first.area.clone();
    for offer in offers {
        all.accounts.union_with(&offer.area.accounts);
        all.permission_sets.union_with(&offer.area.permission_sets);
    }
    let organization = first.organization();
    let accounts = picked(&organization.accounts, &all.accounts);
    (accounts.collect(), picked(&organization.permission_sets, &all.permission_sets).collect())
}

fn picked<'a, T>(all: &'a [T], places: &fixedbitset::FixedBitSet) -> std::vec::IntoIter<&'a T> {
    places.ones().filter_map(|at| all.get(at)).collect::<Vec<_>>().into_iter()
}

impl Book {
    /// What this person may ask for, in the order of the rules' ids: what each rule that is for them reaches, without
    /// accounts that are not in use, rules that are switched off or over, and what a guardrail denies them. Rules that
    /// count only from a later day are in it. Whether an access is possible at a certain time, and who decides, is
    /// [`evaluate`](super::evaluate)'s matter.
    #[must_use]
    pub fn offers(&self, user: &UserId, groups: &[GroupId], now: Timestamp) -> Vec<Offer<'_>> {
        let denying: Vec<(&Guardrail, &Area)> = self.denying(|g| g.spec.subjects.name(user, groups)).collect();
        let mine = self.rules_for(user, groups);
        let rules = mine.ones().filter_map(|at| self.rules.get(at)).filter(|rule| self.is_open(rule, now));
        rules
            .flat_map(|compiled| {
                let break_glass = compiled.is_break_glass();
                let denied = denying.iter().filter(|(g, _)| !(break_glass && g.spec.effect.spares_break_glass()));
                let left = self.usable(compiled).without(denied.map(|(_, area)| *area));
                left.into_iter().map(move |area| Offer { rule: &compiled.rule, break_glass, area, book: self })
            })
            .collect()
    }

    /// The enabled guardrails that let nothing pass to whom `about` picks, with what they cover.
    pub(super) fn denying<'a>(
        &'a self,
        about: impl Fn(&Guardrail) -> bool + 'a,
    ) -> impl Iterator<Item = (&'a Guardrail, &'a Area)> + 'a {
        let all = self.guardrails.iter().filter(move |(g, _)| g.spec.enabled && self.lets_nothing_pass(g) && about(g));
        all.map(|(guardrail, Reach { area, .. })| (guardrail, area))
    }

    fn lets_nothing_pass(&self, guardrail: &Guardrail) -> bool {
        matches!(guardrail.spec.effect, Effect::Deny { .. }) || self.is_broken(&guardrail.spec.effect)
    }

    /// Whether the rule counts now or later: it is switched on, not over, and its policy is there.
    pub(super) fn is_open(&self, compiled: &CompiledRule, now: Timestamp) -> bool {
        let spec = &compiled.rule.spec;
        spec.enabled && spec.validity.until.is_none_or(|until| until > now) && self.weight(&spec.approval).is_some()
    }
}

impl CompiledRule {
    pub(super) const fn is_break_glass(&self) -> bool {
        matches!(self.rule.spec.approval, Approval::BreakGlass(_))
    }
}

impl Effect {
    /// Whether break-glass goes through all the same: what asks for people never holds it up.
    pub(super) const fn spares_break_glass(&self) -> bool {
        match self {
            Self::Deny { spares_break_glass } => *spares_break_glass,
            Self::Floor { .. } => true,
            Self::Cap { .. } => false,
        }
    }
}
