//! In which approvals, and in which of their needs, a vote would count.

use domain::Pair;
use domain::UserId;
use domain::approval::Vote;
use domain::request::RequestState;
use store::Tx;
use store::approvals::{self, Approval, ApprovalState};
use store::requests::{Item, Request};

use super::super::electors::{Electors, Word};
use super::{Decide, DecideError};

/// A need in which the vote counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub need: usize,
    pub stage: usize,
    pub stands_for: Option<UserId>,
}

/// One locked approval with what the voter has to say in it.
pub(super) struct Ballot {
    pub approval: Approval,
    pub votes: Vec<Vote>,
    pub marks: Vec<Mark>,
    spoken: bool,
    too_early: bool,
}

/// The approvals that a vote is about.
pub(super) fn chosen(approvals: Vec<Approval>, items: &[Item], command: &Decide) -> Result<Vec<Approval>, DecideError> {
    if let Some(only) = command.approval {
        return Ok(approvals.into_iter().filter(|approval| approval.id == only).collect());
    }
    if command.pairs.is_empty() {
        return Ok(approvals);
    }
    let named = |pair: &Pair| command.pairs.contains(pair);
    if let Some(stranger) = command.pairs.iter().find(|pair| !items.iter().any(|item| item.pair == **pair)) {
        return Err(DecideError::NotAsked(stranger.clone()));
    }
    let mut chosen = Vec::new();
    for approval in approvals {
        let (asked, left_out): (Vec<&Item>, Vec<&Item>) =
            items.iter().filter(|item| approval.ordinals.contains(&item.ordinal)).partition(|item| named(&item.pair));
        match (asked.first(), left_out.first()) {
            (Some(asked), Some(left_out)) => {
                return Err(DecideError::Together(asked.pair.clone(), left_out.pair.clone()));
            }
            (Some(_), None) => chosen.push(approval),
            (None, _) => {}
        }
    }
    Ok(chosen)
}

pub(super) async fn ballots(
    tx: &mut Tx,
    chosen: Vec<Approval>,
    electors: &Electors,
) -> Result<Vec<Ballot>, DecideError> {
    let mut ballots = Vec::new();
    for approval in chosen {
        let votes = approvals::votes(tx.connection(), approval.id).await?.into_iter().map(|cast| cast.vote).collect();
        let mut ballot = Ballot { approval, votes, marks: vec![], spoken: false, too_early: false };
        ballot.mark(electors, tx.now())?;
        ballots.push(ballot);
    }
    Ok(ballots)
}

impl Ballot {
    /// Finds the needs in which the vote counts now.
    pub(super) fn mark(&mut self, electors: &Electors, now: jiff::Timestamp) -> Result<(), DecideError> {
        self.spoken = self.votes.iter().any(|vote| vote.voter == electors.voter.user);
        self.marks.clear();
        if self.approval.state != ApprovalState::Open {
            return Ok(());
        }
        let roll = &electors.paper(&self.approval)?.roll;
        for (place, (need, progress)) in self.approval.needs.iter().zip(&self.approval.progress).enumerate() {
            match (electors.word(roll, place, need, progress, &self.votes, now), progress.stage) {
                (Word::Counts(stands_for), Some(stage)) => self.marks.push(Mark { need: place, stage, stands_for }),
                (Word::Spoken, _) => self.spoken = true,
                (Word::TooEarly, _) => self.too_early = true,
                (Word::Counts(_), None) | (Word::Nothing, _) => {}
            }
        }
        Ok(())
    }
}

/// Why the vote counts nowhere.
pub(super) fn why_none(
    request: &Request,
    items: &[Item],
    ballots: &[Ballot],
    electors: &Electors,
    tried: RequestState,
) -> DecideError {
    if ballots.iter().any(|ballot| ballot.spoken) {
        return DecideError::AlreadyVoted;
    }
    let named: Vec<&Ballot> = ballots.iter().filter(|ballot| electors.is_named(&ballot.approval)).collect();
    if named.is_empty() {
        return DecideError::NotAnApprover(electors.away().map(ToOwned::to_owned));
    }
    if request.state != RequestState::Pending {
        return DecideError::Conflict { from: request.state, tried };
    }
    let decided = |ballot: &&&Ballot| ballot.approval.state != ApprovalState::Open;
    if let Some(closed) = named.iter().find(decided).filter(|_| named.iter().all(|b| decided(&b))) {
        let item = items.iter().find(|item| closed.approval.ordinals.contains(&item.ordinal));
        return DecideError::Conflict { from: item.map_or(request.state, |item| item.state), tried };
    }
    if named.iter().any(|ballot| ballot.too_early) {
        return DecideError::TooEarly;
    }
    DecideError::NotAnApprover(electors.away().map(ToOwned::to_owned))
}
