//! One person's word about one request. What the word is worth was gathered before ([`Desk::electors`]); here the
//! request's row is locked first, so that of two who race one is second and hears what the first one did.

mod ballots;
mod conclude;
mod narrow;

use domain::approval::{Channel, Decision};
use domain::grant::GrantState;
use domain::request::RequestState;
use domain::rules::Refused;
use domain::{ApprovalId, Comment, Fact, GrantId, Pair, RequestId};
use store::approvals::{self, ApprovalState};
use store::requests::{self, Request};
use store::{StoreError, Tx, decision, directory};

use super::electors::{Desk, Electors, Word};
use crate::fresh::Unknown;

pub use narrow::{Bounds, Narrow};

/// What a person says.
#[derive(Debug, Clone)]
pub struct Decide {
    /// About which request.
    pub request: RequestId,
    /// Yes or no.
    pub decision: Decision,
    /// Why.
    pub comment: Option<Comment>,
    /// The version that they saw, to refuse deciding about something else.
    pub version: Option<i64>,
    /// How it came.
    pub channel: Channel,
    /// Only about these pairs; none means whatever waits for them.
    pub pairs: Vec<Pair>,
    /// Only about this approval, where a link is bound to one.
    pub approval: Option<ApprovalId>,
    /// Shorter or later than it was asked for.
    pub narrow: Narrow,
}

/// What became of it. Every variant is to be committed, the late ones too: they close the request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Decided {
    /// The word counts.
    Counted(Outcome),
    /// The time to decide was over before the vote came; nobody had noticed yet.
    Overdue,
    /// The grant to be extended no longer lives; the extension is closed as timed out.
    GrantGone(GrantState),
}

/// Where a vote left the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The request; pending while some pairs wait for more votes.
    pub state: RequestState,
    /// The grants that this vote made, or the one that lives longer.
    pub grants: Vec<GrantId>,
    /// The approvals that the vote counted in, as they stand now.
    pub approvals: Vec<(ApprovalId, ApprovalState)>,
    /// Whether rules became stricter since it was asked, so that more people must agree.
    pub tightened: bool,
}

/// Why a vote is refused.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// No such request.
    #[error("there is no such request")]
    UnknownRequest,
    /// Machines and services never decide.
    #[error("only a person decides")]
    NotAPerson,
    /// The voter asked, would have the access, or stands in for whoever does.
    #[error("nobody decides their own request, nor that of somebody whom they stand in for")]
    OwnRequest,
    /// No policy of the request names the voter, as things are now.
    #[error("the request's approval policies do not name you{}", .0.as_ref().map_or(String::new(), |why| format!("; nobody knows who is on duty: {why}")))]
    NotAnApprover(Option<String>),
    /// A stage before theirs waits.
    #[error("your stage has not begun: others decide first")]
    TooEarly,
    /// The voter was disabled.
    #[error("your user is disabled")]
    Disabled,
    /// The beneficiary was disabled.
    #[error("the user who would have the access is disabled")]
    BeneficiaryDisabled,
    /// One vote a person.
    #[error("you, or whom you stand in for, have decided about this request before")]
    AlreadyVoted,
    /// The request moved on.
    #[error("the request is {} and cannot become {}", .from.as_str(), .tried.as_str())]
    Conflict {
        /// Where it stands.
        from: RequestState,
        /// Where the vote would have led.
        tried: RequestState,
    },
    /// It is not the version that the voter saw.
    #[error("the request is at version {current}, not {given}")]
    StaleVersion {
        /// The version that was seen.
        given: i64,
        /// The version that it is at.
        current: i64,
    },
    /// The request does not ask for the pair.
    #[error("the request does not ask for {} in {}", .0.permission_set, .0.account)]
    NotAsked(Pair),
    /// A pair is decided with others that were not named.
    #[error("{} in {} is decided together with {} in {}; name both", .0.permission_set, .0.account, .1.permission_set, .1.account)]
    Together(Pair, Pair),
    /// Longer, earlier or later than it was asked for.
    #[error("{0}")]
    Outside(Bounds),
    /// A no cannot be narrowed.
    #[error("only a yes can be made shorter or later")]
    NarrowedNo,
    /// The rules in force refuse it.
    #[error("it is not allowed any more: {what}: {refused}")]
    NoLongerAllowed {
        /// What was asked for.
        what: String,
        /// What stands against it.
        refused: Refused,
    },
    /// Nobody can say how the voter stands.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// Postgres.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for DecideError {
    fn from(error: StoreError) -> Self {
        match error.constraint() {
            Some("votes_one_a_person" | "votes_one_for_a_person") => Self::AlreadyVoted,
            Some("votes_never_ones_own") => Self::OwnRequest,
            Some(_) | None => Self::Store(error),
        }
    }
}

/// Where a decision leads.
#[must_use]
pub const fn target(decision: Decision) -> RequestState {
    match decision {
        Decision::Approve => RequestState::Approved,
        Decision::Reject => RequestState::Rejected,
    }
}

impl Desk {
    /// Casts the actor's vote from beginning to end: gathers, decides, and commits.
    ///
    /// # Errors
    /// [`DecideError`]; nothing was changed then.
    pub async fn decide(&self, actor: domain::Actor, command: &Decide) -> Result<Decided, DecideError> {
        let voter = actor.user().cloned().ok_or(DecideError::NotAPerson)?;
        let electors = self.electors(command.request, &voter, Some(command.decision)).await?;
        let electors = electors.ok_or(DecideError::UnknownRequest)?;
        let mut tx = self.db.begin(actor).await?;
        match decide(&mut tx, command, &electors).await {
            Ok(decided) => {
                tx.commit().await?;
                Ok(decided)
            }
            Err(refused) => {
                tx.roll_back().await?;
                Err(refused)
            }
        }
    }
}

/// Casts a vote and concludes what it was the last one for.
///
/// # Errors
/// [`DecideError`]; nothing is to be committed then.
pub async fn decide(tx: &mut Tx, command: &Decide, electors: &Electors) -> Result<Decided, DecideError> {
    let mut request = requests::lock(tx, command.request).await?.ok_or(DecideError::UnknownRequest)?;
    let approvals = approvals::lock(tx, request.id).await?;
    let items = requests::items(tx.connection(), request.id).await?;
    let voter = &electors.voter;
    if voter.user == request.requester || voter.user == request.beneficiary || electors.is_barred() {
        return Err(DecideError::OwnRequest);
    }
    if !voter.enabled {
        return Err(DecideError::Disabled);
    }
    let tried = target(command.decision);
    // Without an approval there was nothing to decide: a rule said yes when it was submitted.
    if approvals.is_empty() {
        return Err(DecideError::Conflict { from: request.state, tried });
    }
    let chosen = ballots::chosen(approvals, &items, command)?;
    let ballots = ballots::ballots(tx, chosen, electors).await?;
    if ballots.iter().all(|ballot| ballot.marks.is_empty()) {
        return Err(ballots::why_none(&request, &items, &ballots, electors, tried));
    }
    still_open(&request, command, tried)?;
    if request.decide_by <= tx.now() {
        decision::give_up(tx, &request, RequestState::TimedOut).await?;
        approvals::close_all(tx, request.id).await?;
        return Ok(Decided::Overdue);
    }
    if command.decision == Decision::Approve {
        beneficiary_is_active(tx, &request).await?;
    }
    let narrowed = narrow::apply(tx, &mut request, command).await?;
    let mut outcome = Outcome { state: request.state, grants: vec![], approvals: vec![], tightened: false };
    for ballot in ballots.into_iter().filter(|ballot| !ballot.marks.is_empty()) {
        tx.record(Fact::ApprovalVoted {
            approval: ballot.approval.id,
            request: request.id,
            voter: voter.user.clone(),
            stands_for: ballot.marks.iter().find_map(|mark| mark.stands_for.clone()),
            decision: command.decision,
            channel: command.channel,
            minutes: narrowed.map(|(minutes, _)| i64::from(minutes)),
            start_at: narrowed.and_then(|(_, start_at)| start_at),
            by_copy_of: electors.by_copy_of(),
        });
        let counted = conclude::Counting { command, electors, narrowed, items: &items };
        if let Some(gone) = counted.count(tx, &request, ballot, &mut outcome).await? {
            return Ok(Decided::GrantGone(gone));
        }
    }
    let now = requests::get(tx.connection(), request.id).await?.ok_or(DecideError::UnknownRequest)?;
    Ok(Decided::Counted(Outcome { state: now.state, ..outcome }))
}

fn still_open(request: &Request, command: &Decide, tried: RequestState) -> Result<(), DecideError> {
    if request.state != RequestState::Pending {
        return Err(DecideError::Conflict { from: request.state, tried });
    }
    match command.version {
        Some(given) if given != request.version => Err(DecideError::StaleVersion { given, current: request.version }),
        Some(_) | None => Ok(()),
    }
}

/// Whether somebody may have access is asked again now; it may only have become less.
async fn beneficiary_is_active(tx: &mut Tx, request: &Request) -> Result<(), DecideError> {
    match directory::user(tx.connection(), &request.beneficiary).await? {
        Some(person) if person.active => Ok(()),
        Some(_) | None => Err(DecideError::BeneficiaryDisabled),
    }
}
