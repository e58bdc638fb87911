//! Counting a vote in one approval, and what follows: a later stage begins, the pairs are decided, or stricter rules
//! want more people to agree first.

use domain::Fact;
use domain::approval::{Decision, Verdict, Vote, verdict};
use domain::grant::GrantState;
use domain::request::RequestState;
use jiff::Timestamp;
use store::Tx;
use store::approvals::{self, Approval, ApprovalState, Progress};
use store::decision::{self, Approved};
use store::requests::{self, Item, Request};

use super::super::electors::Electors;
use super::ballots::Ballot;
use super::{Decide, DecideError, Outcome};

/// A vote that counts, while it is counted.
pub(super) struct Counting<'c> {
    pub command: &'c Decide,
    pub electors: &'c Electors,
    pub narrowed: Option<(i32, Option<Timestamp>)>,
    pub items: &'c [Item],
}

impl Counting<'_> {
    /// Casts what is marked, and concludes the approval if that was all it needed. The state of a grant that was to be
    /// extended and does not live any more is an answer.
    pub(super) async fn count(
        &self,
        tx: &mut Tx,
        request: &Request,
        mut ballot: Ballot,
        outcome: &mut Outcome,
    ) -> Result<Option<GrantState>, DecideError> {
        self.cast(tx, &mut ballot).await?;
        let mut stands = verdict(&ballot.approval.needs, &ballot.votes);
        if stands == Verdict::Approved && self.tighten(tx, request, &mut ballot).await? {
            outcome.tightened = true;
            stands = verdict(&ballot.approval.needs, &ballot.votes);
        }
        let state = match stands {
            Verdict::Open(stages) => {
                self.advance(tx, &mut ballot.approval, &stages).await?;
                ApprovalState::Open
            }
            Verdict::Rejected => {
                self.conclude(tx, &mut ballot.approval, false, vec![]).await?;
                decision::reject(tx, request, &ballot.approval.ordinals).await?;
                ApprovalState::Rejected
            }
            Verdict::Approved => {
                if let Some(rechecked) = &self.electors.paper_of(&ballot.approval)?.rechecked {
                    approvals::note_contents(tx, request.id, &rechecked.contents).await?;
                    requests::put_off(tx, request.id, &rechecked.not_before).await?;
                }
                match decision::approve(tx, request, &ballot.approval.ordinals, false).await? {
                    Approved::Grants(grants) => {
                        self.conclude(tx, &mut ballot.approval, true, grants.clone()).await?;
                        outcome.grants.extend(grants);
                        ApprovalState::Approved
                    }
                    Approved::TooLate(state) => {
                        decision::give_up(tx, request, RequestState::TimedOut).await?;
                        approvals::close_all(tx, request.id).await?;
                        return Ok(Some(state));
                    }
                }
            }
        };
        outcome.approvals.push((ballot.approval.id, state));
        Ok(None)
    }

    /// Writes one vote for each need that is marked.
    async fn cast(&self, tx: &mut Tx, ballot: &mut Ballot) -> Result<(), DecideError> {
        for mark in std::mem::take(&mut ballot.marks) {
            let vote = Vote {
                voter: self.electors.voter.user.clone(),
                stands_for: mark.stands_for,
                decision: self.command.decision,
                need: mark.need,
                stage: mark.stage,
            };
            let groups = &self.electors.voter.groups;
            let comment = self.command.comment.as_ref().map(domain::Comment::as_str);
            approvals::cast(tx, ballot.approval.id, &vote, groups, self.command.channel, comment, self.narrowed)
                .await?;
            ballot.votes.push(vote);
        }
        Ok(())
    }

    /// Before the last yes counts: what the rules refuse now is not approved, and what they want besides is added. The
    /// voter's word counts for that too where it names them.
    async fn tighten(&self, tx: &mut Tx, request: &Request, ballot: &mut Ballot) -> Result<bool, DecideError> {
        if self.command.decision == Decision::Reject {
            return Ok(false);
        }
        let paper = self.electors.paper_of(&ballot.approval)?;
        let Some(rechecked) = &paper.rechecked else { return Ok(false) };
        if let Some((what, refused)) = &rechecked.refused {
            return Err(DecideError::NoLongerAllowed { what: what.clone(), refused: refused.clone() });
        }
        if rechecked.needs.is_empty() {
            return Ok(false);
        }
        let now = tx.now();
        let first = ballot.approval.needs.len();
        for (more, need) in rechecked.needs.iter().enumerate() {
            let progress = Progress { stage: Some(0), since: now, reminded: false, escalated: false };
            if let super::Word::Counts(stands_for) =
                self.electors.word(&paper.roll, first + more, need, &progress, &ballot.votes, now)
            {
                ballot.marks.push(super::ballots::Mark { need: first + more, stage: 0, stands_for });
            }
            ballot.approval.needs.push(need.clone());
            ballot.approval.progress.push(progress);
        }
        tx.record(Fact::ApprovalTightened { approval: ballot.approval.id, request: request.id });
        self.cast(tx, ballot).await?;
        Ok(true)
    }

    /// Notes the stages that are waited for now, and whom they ask.
    async fn advance(&self, tx: &mut Tx, approval: &mut Approval, stages: &[Option<usize>]) -> Result<(), DecideError> {
        let now = tx.now();
        for (need, (progress, stage)) in approval.progress.iter_mut().zip(stages).enumerate() {
            if progress.stage == *stage {
                continue;
            }
            *progress = Progress { stage: *stage, since: now, reminded: false, escalated: false };
            if let Some(stage) = *stage {
                let (approval, request) = (approval.id, approval.request);
                tx.record(Fact::ApprovalStageBegan { approval, request, need, stage });
            }
        }
        let roll = &self.electors.paper_of(approval)?.roll;
        let asking = roll.asks(&approval.needs, &approval.progress, now);
        approval.attend_at = asking.attend_at;
        Ok(approvals::advance(tx, approval, &asking.asks).await?)
    }

    /// Closes the approval; nobody is asked any more.
    async fn conclude(
        &self,
        tx: &mut Tx,
        approval: &mut Approval,
        approved: bool,
        grants: Vec<domain::GrantId>,
    ) -> Result<(), DecideError> {
        if approved {
            for progress in &mut approval.progress {
                progress.stage = None;
            }
        }
        approval.attend_at = None;
        approvals::advance(tx, approval, &[]).await?;
        let state = if approved { ApprovalState::Approved } else { ApprovalState::Rejected };
        approvals::close(tx, approval.id, state).await?;
        let mine = self.items.iter().filter(|item| approval.ordinals.contains(&item.ordinal));
        let pairs = mine.map(|item| item.pair.clone()).collect();
        tx.record(Fact::ApprovalConcluded {
            approval: approval.id,
            request: approval.request,
            approved,
            pairs,
            grants,
        });
        Ok(())
    }
}
