//! One person's word about one request. The request's row is locked first, so that of two who race one is
//! second and hears what the first one did.

use domain::approval::{Channel, Decision, Verdict, Vote, verdict};
use domain::grant::GrantState;
use domain::request::RequestState;
use domain::{Comment, Fact, GrantId, GroupId, RequestId, UserId};
use store::approvals::{self, ApprovalState};
use store::decision::{Approved, approve, reject};
use store::requests::{self, Request};
use store::{StoreError, Tx, directory};

use super::time_out;

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
}

/// What became of it. Every variant is to be committed, the late ones too: they close the request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Decided {
    /// The vote counts; more are needed.
    StillPending,
    /// Every policy has its votes: these grants exist, or this one lives longer.
    Approved(Vec<GrantId>),
    /// It is over.
    Rejected,
    /// The time to decide was over before the vote came; nobody had noticed yet.
    Overdue,
    /// The grant to be extended no longer lives; the extension is closed as timed out.
    GrantGone(GrantState),
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
    /// The voter asked, or would have the access.
    #[error("nobody decides their own request")]
    OwnRequest,
    /// No policy of the request names the voter, as the directory is now.
    #[error("the request's approval policies do not name you")]
    NotAnApprover,
    /// The voter was disabled.
    #[error("your user is disabled")]
    Disabled,
    /// The beneficiary was disabled.
    #[error("the user who would have the access is disabled")]
    BeneficiaryDisabled,
    /// One vote a person.
    #[error("you have decided about this request before")]
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
    /// Postgres.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for DecideError {
    fn from(error: StoreError) -> Self {
        match error.constraint() {
            Some("votes_one_a_person") => Self::AlreadyVoted,
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

/// Casts the actor's vote and concludes the request if that was the last one needed.
///
/// # Errors
/// [`DecideError`]; nothing is to be committed then.
pub async fn decide(tx: &mut Tx, command: &Decide) -> Result<Decided, DecideError> {
    let voter = tx.actor().user().cloned().ok_or(DecideError::NotAPerson)?;
    let request = requests::lock(tx, command.request).await?.ok_or(DecideError::UnknownRequest)?;
    let approval = approvals::lock(tx, request.id).await?;
    if voter == request.requester || voter == request.beneficiary {
        return Err(DecideError::OwnRequest);
    }
    let me = directory::person(tx.connection(), &voter).await?.ok_or(DecideError::NotAnApprover)?;
    if !me.active {
        return Err(DecideError::Disabled);
    }
    let groups: Vec<GroupId> = me.groups.into_iter().map(|(id, _)| id).collect();
    let tried = target(command.decision);
    // Without an approval there was nothing to decide: a rule said yes when it was submitted.
    let Some(approval) = approval else { return Err(DecideError::Conflict { from: request.state, tried }) };
    if !approval.needs.iter().any(|policy| policy.names(&voter, &groups)) {
        return Err(DecideError::NotAnApprover);
    }
    let mut votes: Vec<Vote> =
        approvals::votes(tx.connection(), approval.id).await?.into_iter().map(|v| v.vote).collect();
    if votes.iter().any(|v| v.voter == voter) {
        return Err(DecideError::AlreadyVoted);
    }
    still_open(&request, command, tried)?;
    if request.decide_by <= tx.now() {
        time_out::close(tx, &request).await?;
        return Ok(Decided::Overdue);
    }
    if command.decision == Decision::Approve {
        beneficiary_is_active(tx, &request.beneficiary).await?;
    }
    let vote = Vote { voter: voter.clone(), groups, decision: command.decision };
    approvals::cast(tx, approval.id, &vote, command.channel, command.comment.as_ref().map(Comment::as_str)).await?;
    tx.record(Fact::ApprovalVoted {
        approval: approval.id,
        request: request.id,
        voter: voter.clone(),
        decision: command.decision,
        channel: command.channel,
    });
    votes.push(vote);
    match verdict(&approval.needs, &votes) {
        Verdict::Open => Ok(Decided::StillPending),
        Verdict::Rejected => {
            approvals::close(tx, request.id, ApprovalState::Rejected).await?;
            reject(tx, &request, voter).await?;
            Ok(Decided::Rejected)
        }
        Verdict::Approved => conclude(tx, &request).await,
    }
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
async fn beneficiary_is_active(tx: &mut Tx, beneficiary: &UserId) -> Result<(), DecideError> {
    match directory::user(tx.connection(), beneficiary).await? {
        Some(person) if person.active => Ok(()),
        Some(_) | None => Err(DecideError::BeneficiaryDisabled),
    }
}

async fn conclude(tx: &mut Tx, request: &Request) -> Result<Decided, DecideError> {
    match approve(tx, request, false).await? {
        Approved::Grants(grants) => {
            approvals::close(tx, request.id, ApprovalState::Approved).await?;
            Ok(Decided::Approved(grants))
        }
        Approved::TooLate(state) => {
            time_out::close(tx, request).await?;
            Ok(Decided::GrantGone(state))
        }
    }
}
