//! What a fact says to somebody.

use std::collections::BTreeSet;

use domain::grant::EndReason;
use domain::request::RequestState;
use domain::{Fact, GrantId, Pair, RuleId, Tuple, UserId};
use store::requests::{Item, Request};

use super::known::{Known, Places, place};
use crate::message::{News, Occasion};
use crate::table::Audience;

impl Known {
    /// What there is to tell, and which of the request's pairs it is about; `None` where it is told otherwise.
    pub fn news(
        &self,
        fact: &Fact,
        audience: Audience,
        request: Option<&Request>,
        to: &UserId,
    ) -> Option<(News, Places)> {
        match fact {
            Fact::RequestSubmitted { .. }
            | Fact::ApprovalStageBegan { .. }
            | Fact::ApprovalReminded { .. }
            | Fact::ApprovalEscalated { .. }
            | Fact::ApprovalTightened { .. }
                if audience != Audience::Beneficiary =>
            {
                Some((self.asked(fact, request?, to)?, Places::All))
            }
            Fact::RequestSubmitted { .. } => Some((News::AskedForYou, Places::All)),
            Fact::RequestApproved { .. }
            | Fact::RequestRejected { .. }
            | Fact::RequestCancelled { .. }
            | Fact::RequestTimedOut { .. }
            | Fact::ApprovalConcluded { .. }
            | Fact::RequestCommented { .. }
            | Fact::BreakGlass { .. } => self.of_request(fact, request?),
            Fact::GrantActivated { .. }
            | Fact::GrantExtended { .. }
            | Fact::GrantPostponed { .. }
            | Fact::GrantEnded { .. }
            | Fact::SessionsNotCut { .. } => self.of_grant(fact),
            Fact::ReviewOpened { .. } | Fact::ReviewOverdue { .. } | Fact::ReviewDone { .. } => {
                Some((self.of_review(fact, audience)?, Places::All))
            }
            _ => Some((self.of_policy(fact)?, Places::All)),
        }
    }

    /// The link leads to the only approval that asks this person, else to the request's page.
    fn asked(&self, fact: &Fact, request: &Request, to: &UserId) -> Option<News> {
        let occasion = match fact {
            Fact::ApprovalStageBegan { .. } => Occasion::Stage,
            Fact::ApprovalReminded { .. } => Occasion::Reminder,
            Fact::ApprovalEscalated { .. } => Occasion::Escalation,
            Fact::ApprovalTightened { .. } => Occasion::Tightened,
            _ => Occasion::New,
        };
        let asking = self.asking.get(&(request.id, to.clone()))?;
        let approval = match asking.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        let voices: BTreeSet<&UserId> =
            asking.iter().filter_map(|approval| self.voices.get(&(*approval, to.clone()))).flatten().collect();
        let in_place_of =
            if voices.contains(to) { Vec::new() } else { voices.into_iter().map(|away| self.name(away)).collect() };
        Some(News::Asked { approval, decide_by: request.decide_by, occasion, in_place_of })
    }

    fn of_request(&self, fact: &Fact, request: &Request) -> Option<(News, Places)> {
        let in_state = |wanted: &dyn Fn(RequestState) -> bool| -> Vec<&Item> {
            self.items_of(request).iter().filter(|item| wanted(item.state)).collect()
        };
        Some(match fact {
            // The news of an approved extension is the extension.
            Fact::RequestApproved { .. } if request.extends.is_some() => return None,
            Fact::RequestApproved { by, .. } => {
                let without = in_state(&|state| state != RequestState::Approved);
                let given = in_state(&|state| state == RequestState::Approved);
                let by = by.as_ref().map(|by| self.name(by));
                let news = News::Approved { by, without: without.into_iter().map(place).collect() };
                (news, Places::These(given.into_iter().map(|item| item.pair.clone()).collect()))
            }
            // What ends the request as a whole is told as that.
            Fact::ApprovalConcluded { .. } if request.state != RequestState::Pending => return None,
            Fact::ApprovalConcluded { approved, pairs, .. } => {
                (News::Partly { approved: *approved }, Places::These(pairs.clone()))
            }
            Fact::RequestRejected { by, .. } => {
                let comment = self.refusals.get(&request.id).cloned();
                (News::Rejected { by: self.name(by), comment }, Places::All)
            }
            Fact::RequestCancelled { .. } => (News::Withdrawn, Places::All),
            Fact::RequestTimedOut { .. } => (News::TimedOut, Places::All),
            Fact::RequestCommented { comment, author, question, .. } => {
                let text = self.comments.get(comment)?.clone();
                (News::Commented { by: self.name(author), question: *question, text }, Places::All)
            }
            Fact::BreakGlass { rule, pairs, .. } => {
                (News::BreakGlass { rule: self.rule_name(*rule) }, Places::These(pairs.clone()))
            }
            _ => return None,
        })
    }

    fn of_grant(&self, fact: &Fact) -> Option<(News, Places)> {
        let detail = |grant: &GrantId| self.grants.get(grant).and_then(|g| g.detail.clone());
        Some(match fact {
            Fact::GrantPostponed { tuple, start_at, .. } => (News::Postponed { start_at: *start_at }, only(tuple)),
            Fact::GrantActivated { tuple, deadline_at, .. } => (News::Ready { deadline_at: *deadline_at }, only(tuple)),
            Fact::GrantExtended { grant, from, deadline_at, .. } => {
                let places = self.grants.get(grant).map_or(Places::All, |g| only(&g.tuple));
                (News::Extended { from: *from, deadline_at: *deadline_at }, places)
            }
            Fact::GrantEnded { grant, tuple, reason: EndReason::Failed, evidence, .. } => {
                (News::Failed { detail: detail(grant), evidence: evidence.clone() }, only(tuple))
            }
            Fact::GrantEnded { grant, tuple, reason, evidence, .. } => {
                (News::Ended { reason: *reason, detail: detail(grant), evidence: evidence.clone() }, only(tuple))
            }
            Fact::SessionsNotCut { tuple, until, why, .. } => {
                (News::SessionsNotCut { until: *until, why: why.clone() }, only(tuple))
            }
            _ => return None,
        })
    }

    fn of_review(&self, fact: &Fact, audience: Audience) -> Option<News> {
        let kept = |id| self.reviews.get(id);
        match fact {
            Fact::ReviewOpened { review, due_at, .. } => {
                let break_glass = kept(review).is_some_and(|r| r.break_glass);
                Some(News::ReviewDue { review: *review, break_glass, due_at: *due_at })
            }
            Fact::ReviewOverdue { review, .. } => {
                let break_glass = kept(review).is_some_and(|r| r.break_glass);
                Some(News::ReviewOverdue { review: *review, break_glass, owed: audience == Audience::Concerned })
            }
            Fact::ReviewDone { review, reviewer, concern, .. } => {
                let comment = kept(review).and_then(|r| r.comment.clone());
                Some(News::Reviewed { by: self.name(reviewer), concern: *concern, comment })
            }
            _ => None,
        }
    }

    fn of_policy(&self, fact: &Fact) -> Option<News> {
        match fact {
            Fact::DelegationMade { delegation, .. } => {
                let d = self.delegations.get(delegation)?;
                Some(News::Delegated {
                    from: self.name(&d.from),
                    to: self.name(&d.to),
                    starts_at: d.starts_at,
                    ends_at: d.ends_at,
                    reason: d.reason.clone(),
                })
            }
            Fact::DelegationEnded { delegation } => {
                let d = self.delegations.get(delegation)?;
                Some(News::DelegationEnded { from: self.name(&d.from), to: self.name(&d.to) })
            }
            Fact::ChangeProposed { change } => {
                let c = self.changes.get(change)?;
                let (by, edits, reason) = (self.actor(&c.proposed_by), c.edits, c.reason.clone());
                Some(News::ChangeProposed { change: *change, by, edits, reason })
            }
            Fact::ChangeDecided { change, alone: true, .. } => {
                let c = self.changes.get(change)?;
                let (by, edits) = (self.actor(&c.proposed_by), c.edits);
                Some(News::ChangedAlone { change: *change, by, edits })
            }
            Fact::ChangeDecided { change, applied, alone: false } => {
                let c = self.changes.get(change)?;
                let by = c.decided_by.as_ref().map_or_else(|| "Curfew".to_owned(), |by| self.actor(by));
                Some(News::ChangeDecided { change: *change, by, applied: *applied, overtaken: c.stale })
            }
            Fact::PolicyMatched { kind, name, accounts, permission_sets, .. } => {
                let book = self.book.as_ref();
                let account = |id: &domain::AccountId| {
                    let known = book.and_then(|book| book.account(id));
                    known.map_or_else(|| id.to_string(), |account| format!("{} ({id})", account.name))
                };
                let set = |arn: &domain::PermissionSetArn| {
                    let known = book.and_then(|book| book.permission_set(arn));
                    known.map_or_else(|| arn.to_string(), |set| set.name.clone())
                };
                Some(News::Matched {
                    what: kind.as_str().replace('_', " "),
                    name: name.clone(),
                    accounts: accounts.iter().map(account).collect(),
                    permission_sets: permission_sets.iter().map(set).collect(),
                })
            }
            _ => None,
        }
    }

    fn rule_name(&self, id: RuleId) -> String {
        let rule = self.book.as_ref().and_then(|book| book.rules().find(|rule| rule.id == id));
        rule.map_or_else(|| id.to_string(), |rule| rule.spec.name.clone())
    }
}

fn only(tuple: &Tuple) -> Places {
    Places::These(vec![Pair { account: tuple.account.clone(), permission_set: tuple.permission_set.clone() }])
}
