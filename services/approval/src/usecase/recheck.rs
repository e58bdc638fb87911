//! The rules are asked again before a yes counts as the last one: they may have become stricter since it was asked.

use domain::approval::{Need, Pairs, PolicySpec};
use domain::rules::Refused;
use jiff::Timestamp;
use judge::Judge;
use store::approvals::Approval;
use store::{Db, StoreError};

use super::electors::Matter;

/// What the rules in force say about the pairs of an approval.
#[derive(Debug, Clone, Default)]
pub struct Rechecked {
    /// What may not be had any more, in words, and why.
    pub(super) refused: Option<(String, Refused)>,
    /// What is needed beyond what the approval needs already.
    pub(super) needs: Vec<Need>,
    /// Until when pairs have to rest, by their place.
    pub(super) not_before: Vec<(i16, Timestamp)>,
    /// What the permission sets give now, by the place of the pair.
    pub(super) contents: Vec<(i16, String)>,
}

pub(super) async fn recheck(
    db: &Db,
    judge: &Judge,
    matter: &Matter,
    approval: &Approval,
    now: Timestamp,
) -> Result<Rechecked, StoreError> {
    let mine = |ordinal: i16| approval.ordinals.contains(&ordinal);
    let items: Vec<_> = matter.items.iter().filter(|item| mine(item.ordinal)).cloned().collect();
    let mut found = Rechecked::default();
    for judged in judge.recheck(&mut *db.read().await?, &matter.request, &items, now).await? {
        let item = items.iter().find(|item| item.ordinal == judged.ordinal);
        let name = item.map(|i| format!("{} in {}", i.permission_set_name, i.account_name)).unwrap_or_default();
        found.refused = found.refused.or_else(|| judged.refused.map(|why| (name, why)));
        found.not_before.extend(judged.not_before.map(|until| (judged.ordinal, until)));
        found.contents.extend(judged.content_hash.map(|hash| (judged.ordinal, hash)));
        for need in judged.needs {
            let known =
                approval.needs.iter().chain(&found.needs).any(|had| demands(&had.policy) == demands(&need.policy));
            if !known {
                found.needs.push(need);
            }
        }
    }
    Ok(found)
}

/// The policy without what changes nothing about who must say yes.
fn demands(policy: &PolicySpec) -> PolicySpec {
    let mut bare = PolicySpec { pairs: Pairs::default(), pending_minutes: None, ..policy.clone() };
    for stage in &mut bare.stages {
        stage.remind_after_minutes = None;
    }
    bare
}
