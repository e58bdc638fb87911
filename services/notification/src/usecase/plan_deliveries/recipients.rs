//! The people of an audience.

use domain::fact::Occurred;
use domain::{ApprovalId, Fact, RequestId, UserId};
use store::requests::Request;

use super::known::Known;
use crate::table::Audience;

impl Known {
    /// Who hears a fact as this audience.
    pub fn recipients(&self, audience: Audience, occurred: &Occurred, request: Option<&Request>) -> Vec<UserId> {
        let fact = &occurred.fact;
        let author = occurred.actor.user();
        let but_author = |all: Vec<UserId>| all.into_iter().filter(|id| Some(id) != author).collect::<Vec<_>>();
        let concerned = || request.map(concerned).unwrap_or_default();
        let id = fact.request();
        match audience {
            Audience::Approvers => id.map(|id| self.deciding(id, approval_of(fact))).unwrap_or_default(),
            Audience::Further => self.further(fact),
            Audience::Asked => id.and_then(|id| self.asked.get(&id)).cloned().unwrap_or_default(),
            Audience::Beneficiary => {
                request.filter(|r| r.beneficiary != r.requester).map(|r| r.beneficiary.clone()).into_iter().collect()
            }
            Audience::Concerned => concerned(),
            Audience::Talkers => {
                let asked = id.and_then(|id| self.asked.get(&id)).into_iter().flatten().cloned();
                but_author(concerned().into_iter().chain(asked).collect())
            }
            Audience::Alarmed => id.and_then(|id| self.alarmed.get(&id)).into_iter().flatten().cloned().collect(),
            Audience::Reviewers => self.reviewers_of(fact, &concerned()),
            Audience::Overseers => but_author(self.overseers()),
            Audience::Admins => self.admins.clone(),
            Audience::OtherAdmins => but_author(self.admins.clone()),
            Audience::Delegation => self.delegation_of(fact),
            Audience::Proposer => {
                let change = match fact {
                    Fact::ChangeDecided { change, .. } => self.changes.get(change),
                    _ => None,
                };
                but_author(change.and_then(|change| change.proposed_by.user().cloned()).into_iter().collect())
            }
        }
    }

    /// Who is asked in one approval of a request, or in any.
    fn deciding(&self, request: RequestId, only: Option<ApprovalId>) -> Vec<UserId> {
        let of_request = self.asking.iter().filter(|((of, _), _)| *of == request);
        let meant = of_request.filter(|(_, approvals)| only.is_none_or(|only| approvals.contains(&only)));
        meant.map(|((_, person), _)| person.clone()).collect()
    }

    fn further(&self, fact: &Fact) -> Vec<UserId> {
        let Fact::ApprovalEscalated { approval, request, need, stage } = fact else { return Vec::new() };
        let may = self.deciding(*request, Some(*approval));
        let further = self.further.get(&(*approval, *need, *stage)).map(Vec::as_slice).unwrap_or_default();
        let speaks_for = |id: &UserId| self.voices.get(&(*approval, id.clone())).into_iter().flatten();
        may.into_iter().filter(|id| speaks_for(id).any(|voice| further.contains(voice))).collect()
    }

    fn reviewers_of(&self, fact: &Fact, concerned: &[UserId]) -> Vec<UserId> {
        let (Fact::ReviewOpened { review, .. } | Fact::ReviewOverdue { review, .. }) = fact else { return Vec::new() };
        let reviewers = self.reviewers.get(review).into_iter().flatten();
        reviewers.filter(|id| !concerned.contains(id)).cloned().collect()
    }

    fn delegation_of(&self, fact: &Fact) -> Vec<UserId> {
        let (Fact::DelegationMade { delegation, .. } | Fact::DelegationEnded { delegation }) = fact else {
            return Vec::new();
        };
        self.delegations.get(delegation).map(|d| vec![d.from.clone(), d.to.clone()]).unwrap_or_default()
    }
}

/// Who asked and who has the access.
fn concerned(request: &Request) -> Vec<UserId> {
    if request.beneficiary == request.requester {
        vec![request.requester.clone()]
    } else {
        vec![request.requester.clone(), request.beneficiary.clone()]
    }
}

/// The approval that a fact is about, where it is about one.
const fn approval_of(fact: &Fact) -> Option<ApprovalId> {
    match fact {
        Fact::ApprovalStageBegan { approval, .. }
        | Fact::ApprovalReminded { approval, .. }
        | Fact::ApprovalTightened { approval, .. } => Some(*approval),
        _ => None,
    }
}
