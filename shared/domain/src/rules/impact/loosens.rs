//! Whether any document got looser, by what it says and not only by what it reaches today.

use std::collections::{BTreeMap, BTreeSet};

use super::super::book::Book;
use super::super::guardrail::Effect;
use super::super::owners::Owned;
use super::super::rule::Approval;
use super::compare::{freezes_as_much, holds_as_much, is_no_looser, names_all, on_duty_no_more, selects_all};
use crate::approval::{OwnerScope, PolicySpec, ScheduleRef, ScheduleSource};
use crate::{GroupId, ScheduleId, UserId};

pub(super) fn loosens(before: &Book, after: &Book) -> bool {
    rules(before, after)
        || guardrails(before, after)
        || freezes(before, after)
        || owners(before, after)
        || schedules(before, after)
}

fn rules(before: &Book, after: &Book) -> bool {
    after.rules.iter().filter(|new| after.counts(new)).any(|new| {
        let old = before.rules.binary_search_by_key(&new.rule.id, |old| old.rule.id).ok();
        let old = old.and_then(|at| before.rules.get(at)).filter(|old| before.counts(old));
        old.is_none_or(|old| {
            let same = old.rule.spec == new.rule.spec
                && before.policy_of(&old.rule.spec.approval) == after.policy_of(&new.rule.spec.approval);
            !same && !is_no_looser(before, &old.rule, after, &new.rule)
        })
    })
}

fn guardrails(before: &Book, after: &Book) -> bool {
    before.guardrails.iter().filter(|(old, _)| old.spec.enabled).any(|(old, reach)| {
        let new = after.guardrails.binary_search_by_key(&old.id, |(new, _)| new.id).ok();
        let new = new.and_then(|at| after.guardrails.get(at)).filter(|(new, _)| new.spec.enabled);
        new.is_none_or(|(new, _)| {
            let holds = holds_as_much(
                (before, &before.effect_of(old), &reach.area),
                // What it reaches is compared by its selectors.
                (after, &after.effect_of(new), &reach.area),
            );
            !(holds
                && new.spec.subjects.surely_name(&old.spec.subjects)
                && selects_all(&new.spec.accounts, &old.spec.accounts)
                && names_all(&new.spec.permission_sets, &old.spec.permission_sets))
        })
    })
}

fn freezes(before: &Book, after: &Book) -> bool {
    before.freezes().any(|old| {
        let new = after.freezes().find(|new| new.id == old.id);
        new.is_none_or(|new| {
            !(freezes_as_much(&old.spec, &new.spec)
                && selects_all(&new.spec.accounts, &old.spec.accounts)
                && names_all(&new.spec.permission_sets, &old.spec.permission_sets))
        })
    })
}

/// The policies that decide about anything.
fn policies(book: &Book) -> impl Iterator<Item = &PolicySpec> {
    let of_rules = book.rules.iter().filter_map(|compiled| book.policy_of(&compiled.rule.spec.approval));
    let floors = book.guardrails.iter().filter_map(|(guardrail, _)| match &guardrail.spec.effect {
        Effect::Floor { policy } => book.policy_at(policy),
        Effect::Deny { .. } | Effect::Cap { .. } => None,
    });
    of_rules.chain(floors)
}

type Owners<'b> = BTreeMap<&'b Owned, BTreeSet<Result<&'b GroupId, &'b UserId>>>;

/// Whether somebody may decide as an owner who was none: where any policy asks owners, whoever is named anew, and where
/// the nearest decide, whoever owns what is further up once those nearer by own nothing.
fn owners(before: &Book, after: &Book) -> bool {
    let asked = |scope: Option<OwnerScope>| {
        let mut asking = policies(after).filter(|policy| policy.stages.iter().any(|stage| stage.voters.owners));
        asking.any(|policy| scope.is_none_or(|scope| policy.owners == scope))
    };
    if !asked(None) {
        return false;
    }
    let (was, is) = (owners_of(before), owners_of(after));
    let more = is.iter().any(|(target, people)| was.get(target).is_none_or(|had| !people.is_subset(had)));
    let nearer_gone = was.keys().any(|target| !is.contains_key(target));
    let further_up = is.keys().any(|target| matches!(target, Owned::Unit { .. }));
    more || (asked(Some(OwnerScope::Nearest)) && nearer_gone && further_up)
}

fn owners_of(book: &Book) -> Owners<'_> {
    let mut all = Owners::new();
    for spec in book.owners() {
        let people = all.entry(&spec.target).or_default();
        people.extend(spec.owners.groups.iter().map(Ok));
        people.extend(spec.owners.users.iter().map(Err));
    }
    all
}

/// Whether somebody may be on duty who was not, by a schedule that a policy or a rule goes by.
fn schedules(before: &Book, after: &Book) -> bool {
    let voting = policies(after).flat_map(|policy| &policy.stages).flat_map(|stage| &stage.voters.on_call);
    let automatic = after.rules.iter().flat_map(|compiled| match &compiled.rule.spec.approval {
        Approval::Automatic(automatic) => automatic.on_call.as_slice(),
        Approval::Policy(_) | Approval::Named(_) | Approval::BreakGlass(_) => &[],
    });
    let kept = |schedule: &&ScheduleRef| schedule.source == ScheduleSource::Curfew;
    let used: BTreeSet<ScheduleId> =
        voting.chain(automatic).filter(kept).filter_map(|schedule| schedule.id.parse().ok()).collect();
    used.into_iter().any(|id| match (before.schedule(id), after.schedule(id)) {
        (Some(was), Some(is)) => was != is && !on_duty_no_more(was, is),
        (None, None) => false,
        // One that is gone is one that nobody can say anything by, and a rule may go on without.
        (None, Some(_)) | (Some(_), None) => true,
    })
}
