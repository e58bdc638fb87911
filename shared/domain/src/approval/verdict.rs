//! What the votes amount to.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Decision, PolicySpec};
use crate::{PolicyId, UserId};

/// A policy that must be met before something is approved, as it was when it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Need {
    /// What it says.
    pub policy: PolicySpec,
    /// Its id and version where it has a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<NamedVersion>,
    /// What demands it, for people to read: the rule's or the guardrail's name.
    pub because: String,
}

/// A policy at a version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NamedVersion {
    /// Which.
    pub id: PolicyId,
    /// Its version.
    pub version: i64,
    /// Its name.
    pub name: String,
}

/// One person's word about one need: one a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Who voted.
    pub voter: UserId,
    /// For whom, when they stood in for somebody; the two count as one person.
    pub stands_for: Option<UserId>,
    /// What they said.
    pub decision: Decision,
    /// About which need, by its place.
    pub need: usize,
    /// In which stage, by its place.
    pub stage: usize,
}

impl Vote {
    /// The person whom it counts for.
    #[must_use]
    pub fn person(&self) -> &UserId {
        self.stands_for.as_ref().unwrap_or(&self.voter)
    }

    /// Whether neither the voter nor whom they stand for has been counted, which counts both of them.
    fn counts<'a>(&'a self, counted: &mut BTreeSet<&'a UserId>) -> bool {
        let fresh = !counted.contains(&self.voter) && !counted.contains(self.person());
        if fresh {
            counted.insert(&self.voter);
            counted.insert(self.person());
        }
        fresh
    }
}

/// Where an approval stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Each need's current stage; `None` where it is met.
    Open(Vec<Option<usize>>),
    /// Every need is met.
    Approved,
    /// Enough people said no.
    Rejected,
}

/// The verdict over all needs. Each is met when each of its stages has enough yeses of different people, none of
/// them counted in two stages; the whole is rejected when one of them has enough noes.
#[must_use]
pub fn verdict(needs: &[Need], votes: &[Vote]) -> Verdict {
    let stages: Option<Vec<Option<usize>>> = needs
        .iter()
        .enumerate()
        .map(|(place, need)| {
            let mine = || votes.iter().filter(move |v| v.need == place);
            let mut counted = BTreeSet::new();
            let noes = mine().filter(|v| v.decision == Decision::Reject).filter(|v| v.counts(&mut counted)).count();
            if noes >= usize::from(need.policy.rejections.max(1)) {
                return None;
            }
            Some(current_stage(need, mine().filter(|v| v.decision == Decision::Approve)))
        })
        .collect();
    match stages {
        None => Verdict::Rejected,
        Some(stages) if stages.iter().all(Option::is_none) => Verdict::Approved,
        Some(stages) => Verdict::Open(stages),
    }
}

/// The first stage without enough yeses.
fn current_stage<'a>(need: &Need, yeses: impl Iterator<Item = &'a Vote> + Clone) -> Option<usize> {
    let mut counted = BTreeSet::new();
    need.policy.stages.iter().enumerate().find_map(|(place, stage)| {
        let here = yeses.clone().filter(|v| v.stage == place).filter(|v| v.counts(&mut counted)).count();
        (here < usize::from(stage.votes.max(1))).then_some(place)
    })
}

/// Whether so many different people as each stage needs can be found among those who could vote in it: each
/// stage gives how many it needs and who could.
#[must_use]
pub fn can_be_met(stages: &[(u8, Vec<UserId>)]) -> bool {
    let places: Vec<&Vec<UserId>> =
        stages.iter().flat_map(|(votes, people)| std::iter::repeat_n(people, usize::from((*votes).max(1)))).collect();
    let mut seats: std::collections::BTreeMap<&UserId, usize> = std::collections::BTreeMap::new();
    (0..places.len()).all(|place| seat(place, &places, &mut seats, &mut BTreeSet::new()))
}

/// Finds somebody for a place, moving others to other places where that helps (an augmenting path).
fn seat<'a>(
    place: usize,
    places: &[&'a Vec<UserId>],
    seats: &mut std::collections::BTreeMap<&'a UserId, usize>,
    tried: &mut BTreeSet<&'a UserId>,
) -> bool {
    let Some(people) = places.get(place) else { return false };
    people.iter().any(|person| {
        tried.insert(person)
            && match seats.get(person).copied() {
                Some(other) if !seat(other, places, seats, tried) => false,
                Some(_) | None => {
                    seats.insert(person, place);
                    true
                }
            }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::GroupId;

    fn user(n: u8) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-0000000000{n:02x}")).unwrap()
    }
    fn need(votes: &[u8]) -> Need {
        let group = GroupId::parse("11111111-0000-4000-8000-000000000001").unwrap();
        let mut policy = PolicySpec::of(vec![group], vec![], 1);
        let stage = policy.stages.remove(0);
        policy.stages = votes.iter().map(|votes| super::super::Stage { votes: *votes, ..stage.clone() }).collect();
        Need { policy, named: None, because: "a rule".to_owned() }
    }
    fn vote(who: u8, need: usize, stage: usize, decision: Decision) -> Vote {
        Vote { voter: user(who), stands_for: None, decision, need, stage }
    }
    use Decision::{Approve, Reject};

    #[test]
    fn stages_are_met_in_order_by_different_people() {
        let needs = [need(&[1, 2])];
        let table = [
            (vec![], Verdict::Open(vec![Some(0)])),
            (vec![vote(1, 0, 0, Approve)], Verdict::Open(vec![Some(1)])),
            (
                vec![vote(1, 0, 0, Approve), vote(1, 0, 1, Approve), vote(2, 0, 1, Approve)],
                Verdict::Open(vec![Some(1)]),
            ),
            (vec![vote(1, 0, 0, Approve), vote(2, 0, 1, Approve), vote(3, 0, 1, Approve)], Verdict::Approved),
            (vec![vote(1, 0, 0, Approve), vote(2, 0, 1, Reject)], Verdict::Rejected),
        ];
        for (votes, expected) in table {
            assert_eq!(verdict(&needs, &votes), expected, "{votes:?}");
        }
    }

    #[test]
    fn every_need_has_votes_of_its_own() {
        let needs = [need(&[1]), need(&[1])];
        assert_eq!(verdict(&needs, &[vote(1, 0, 0, Approve)]), Verdict::Open(vec![None, Some(0)]));
        assert_eq!(verdict(&needs, &[vote(1, 0, 0, Approve), vote(1, 1, 0, Approve)]), Verdict::Approved);
        assert_eq!(verdict(&[], &[]), Verdict::Approved, "without any need there is nobody to wait for");
    }

    #[test]
    fn a_delegate_and_whom_they_stand_for_are_one_person() {
        let needs = [need(&[2])];
        let stand_in = Vote { stands_for: Some(user(1)), ..vote(2, 0, 0, Approve) };
        let own = vote(2, 0, 0, Approve);
        for votes in [
            [vote(1, 0, 0, Approve), stand_in.clone()],
            [stand_in.clone(), vote(1, 0, 0, Approve)],
            [own.clone(), stand_in.clone()],
            [stand_in.clone(), own],
        ] {
            assert_eq!(verdict(&needs, &votes), Verdict::Open(vec![Some(0)]), "{votes:?}");
        }
        assert_eq!(verdict(&needs, &[stand_in, vote(3, 0, 0, Approve)]), Verdict::Approved);
    }

    #[test]
    fn a_policy_may_want_more_than_one_no() {
        let mut two = need(&[1]);
        two.policy.rejections = 2;
        let needs = [two];
        assert_eq!(verdict(&needs, &[vote(1, 0, 0, Reject)]), Verdict::Open(vec![Some(0)]));
        assert_eq!(verdict(&needs, &[vote(1, 0, 0, Reject), vote(2, 0, 0, Reject)]), Verdict::Rejected);
    }

    #[test]
    fn people_are_shared_out_among_the_stages() {
        let people = |ids: &[u8]| ids.iter().map(|n| user(*n)).collect::<Vec<_>>();
        assert!(can_be_met(&[(1, people(&[1, 2])), (1, people(&[1]))]), "the second stage needs the one it has");
        assert!(!can_be_met(&[(1, people(&[1])), (1, people(&[1]))]));
        assert!(!can_be_met(&[(2, people(&[1]))]));
        assert!(!can_be_met(&[(1, people(&[]))]));
        assert!(can_be_met(&[]));
    }
}
