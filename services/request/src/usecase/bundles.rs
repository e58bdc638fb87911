//! Which pairs of a request are decided as one.

use std::collections::BTreeSet;

use domain::AccountId;
use domain::approval::{Need, Pairs};
use judge::PairJudged;

/// Pairs that one approval is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// Their places in the request.
    pub ordinals: Vec<i16>,
    /// Where, each once.
    pub accounts: Vec<AccountId>,
    /// What must be met, each policy once.
    pub needs: Vec<Need>,
}

/// The approvals that these pairs need: pairs under the same policies share one, unless a policy decides them apart, or
/// owners decide and the accounts differ. Pairs that nobody has to decide are in none.
#[must_use]
pub fn bundles(pairs: &[PairJudged]) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> = Vec::new();
    for (ordinal, pair) in (0_i16..).zip(pairs).filter(|(_, pair)| !pair.needs().is_empty()) {
        let needs = each_once(pair.needs());
        let account = &pair.pair.account;
        match bundles.iter_mut().find(|bundle| fits(bundle, account, &needs)) {
            Some(bundle) => {
                bundle.ordinals.push(ordinal);
                let accounts: BTreeSet<AccountId> = bundle.accounts.iter().chain([account]).cloned().collect();
                bundle.accounts = accounts.into_iter().collect();
                bundle.needs.iter_mut().zip(&needs).for_each(|(there, more)| add_reason(there, more));
            }
            None => bundles.push(Bundle { ordinals: vec![ordinal], accounts: vec![account.clone()], needs }),
        }
    }
    bundles
}

fn fits(bundle: &Bundle, account: &AccountId, needs: &[Need]) -> bool {
    let same = bundle.needs.len() == needs.len() && bundle.needs.iter().zip(needs).all(|(a, b)| is_same(a, b));
    let apart = needs.iter().any(|need| need.policy.pairs == Pairs::Apart);
    let owners = needs.iter().any(|need| need.policy.stages.iter().any(|stage| stage.voters.owners));
    same && !apart && (!owners || bundle.accounts.contains(account))
}

/// Whether two needs are one policy, whatever demands it.
fn is_same(a: &Need, b: &Need) -> bool {
    a.policy == b.policy && a.named == b.named
}

/// A policy that a rule and a guardrail demand both is met once.
fn each_once(needs: &[Need]) -> Vec<Need> {
    let mut once: Vec<Need> = Vec::new();
    for need in needs {
        match once.iter_mut().find(|known| is_same(known, need)) {
            Some(known) => add_reason(known, need),
            None => once.push(need.clone()),
        }
    }
    once
}

fn add_reason(need: &mut Need, more: &Need) {
    if !need.because.split(", ").any(|known| known == more.because) {
        need.because = format!("{}, {}", need.because, more.because);
    }
}
