//! Whether any document got looser, by what it says and not only by what it reaches today.

use std::collections::BTreeSet;

use super::super::book::Book;
use super::compare::{freezes_as_much, holds_as_much, is_no_looser, names_all, selects_all};

pub(super) fn loosens(before: &Book, after: &Book) -> bool {
    rules(before, after)
        || guardrails(before, after)
        || freezes(before, after)
        // Whose account it is and who is on duty decide who may decide: any change may be in somebody's favour.
        || owners(before) != owners(after)
        || !before.schedules().eq(after.schedules())
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

fn owners(book: &Book) -> BTreeSet<String> {
    book.owners().iter().filter_map(|spec| serde_json::to_string(&(&spec.target, &spec.owners)).ok()).collect()
}
