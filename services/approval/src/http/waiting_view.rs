//! A request as its approvers see it.

use domain::approval::Decision;
use domain::request::RequestState;
use domain::{ApprovalId, GrantId, RequestId};
use jiff::Timestamp;
use serde::Serialize;
use store::approvals::CastVote;
use utoipa::ToSchema;

use super::dto::PersonView;
use crate::usecase::{Person, Summary};

/// One pair of a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingItem {
    /// The account.
    pub account: String,
    /// Its name when it was asked.
    pub account_name: String,
    /// The permission set's ARN.
    pub permission_set: String,
    /// Its name when it was asked.
    pub permission_set_name: String,
    /// How long a session may go on that began in the access's last moment, in minutes; where it is known.
    pub session_minutes: Option<i64>,
}

/// A vote that was cast.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingVote {
    /// Who.
    pub voter: PersonView,
    /// For whom, when they stood in for somebody.
    pub stands_for: Option<PersonView>,
    /// What they said.
    pub decision: Decision,
    /// About which need, by its place.
    pub need: usize,
    /// In which stage, by its place.
    pub stage: usize,
    /// What they added.
    pub comment: Option<String>,
    /// When.
    pub voted_at: Timestamp,
    /// The minutes that they allowed, where that was less than before.
    pub minutes: Option<i32>,
    /// From when they allowed it, where they narrowed it.
    pub start_at: Option<Timestamp>,
}

/// What must be met, and how far it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingNeed {
    /// The rule or guardrail that demands it.
    pub because: String,
    /// The approval policy, where it has a name.
    pub policy: Option<String>,
    /// How many stages it has.
    pub stages: usize,
    /// The stage that waits, by its place from 0; none where the need is met.
    pub stage: Option<usize>,
    /// Since when.
    pub since: Timestamp,
    /// How many people must say yes in that stage.
    pub votes_needed: u8,
    /// How many have.
    pub votes: usize,
    /// Whether further people are asked because it takes long.
    pub escalated: bool,
}

/// A request as its approvers see it; every name was resolved on the server.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WaitingRequest)]
pub struct Waiting {
    /// The request.
    pub request: RequestId,
    /// The decision process about these items of it.
    pub approval: ApprovalId,
    /// Counts the request's changes; send it with the decision.
    pub version: i64,
    /// Where the request stands.
    pub state: RequestState,
    /// Who asked.
    pub requester: PersonView,
    /// Who would have the access.
    pub beneficiary: PersonView,
    /// Why.
    pub reason: String,
    /// The ticket named.
    pub ticket: Option<String>,
    /// How urgent.
    pub severity: String,
    /// How long, in minutes; for an extension how much longer.
    pub minutes: i32,
    /// When the window opens; none is as soon as it is approved.
    pub start_at: Option<Timestamp>,
    /// How long it was asked for, where an approver narrowed it.
    pub asked_minutes: Option<i32>,
    /// From when it was asked for, where an approver narrowed it.
    pub asked_start_at: Option<Timestamp>,
    /// The grant that it would extend.
    pub extends: Option<GrantId>,
    /// When it was asked.
    pub submitted_at: Timestamp,
    /// When it times out undecided.
    pub decide_by: Timestamp,
    /// What this approval decides.
    pub items: Vec<WaitingItem>,
    /// What must be met.
    pub needs: Vec<WaitingNeed>,
    /// The votes so far.
    pub votes: Vec<WaitingVote>,
}

impl From<Summary> for Waiting {
    fn from(summary: Summary) -> Self {
        let needs = needs(&summary);
        let Summary { approval, request, requester, beneficiary, items, sessions, votes, stood_for } = summary;
        let votes = votes.into_iter().map(|(voter, cast)| vote(voter, cast, &stood_for)).collect();
        Self {
            request: request.id,
            approval: approval.id,
            version: request.version,
            state: request.state,
            requester: requester.into(),
            beneficiary: beneficiary.into(),
            reason: request.reason,
            ticket: request.ticket,
            severity: request.severity.as_str().to_owned(),
            minutes: request.minutes,
            start_at: request.start_at,
            asked_minutes: request.asked.map(|(minutes, _)| minutes),
            asked_start_at: request.asked.and_then(|(_, start_at)| start_at),
            extends: request.extends,
            submitted_at: request.submitted_at,
            decide_by: request.decide_by,
            items: items
                .into_iter()
                .map(|item| WaitingItem {
                    session_minutes: sessions.get(&item.pair.permission_set).map(|seconds| seconds / 60),
                    account: item.pair.account.into(),
                    account_name: item.account_name,
                    permission_set: item.pair.permission_set.into(),
                    permission_set_name: item.permission_set_name,
                })
                .collect(),
            needs,
            votes,
        }
    }
}

fn needs(summary: &Summary) -> Vec<WaitingNeed> {
    let approval = &summary.approval;
    let of = |(place, (need, progress)): (usize, (&domain::approval::Need, &store::approvals::Progress))| {
        let stage = progress.stage.and_then(|at| need.policy.stages.get(at));
        let counts = |cast: &CastVote| {
            cast.vote.need == place
                && Some(cast.vote.stage) == progress.stage
                && cast.vote.decision == Decision::Approve
        };
        WaitingNeed {
            because: need.because.clone(),
            policy: need.named.as_ref().map(|named| named.name.clone()),
            stages: need.policy.stages.len(),
            stage: progress.stage,
            since: progress.since,
            votes_needed: stage.map_or(0, |stage| stage.votes.max(1)),
            votes: summary.votes.iter().filter(|(_, cast)| counts(cast)).count(),
            escalated: progress.escalated,
        }
    };
    approval.needs.iter().zip(&approval.progress).enumerate().map(of).collect()
}

fn vote(voter: Person, cast: CastVote, stood_for: &[Person]) -> WaitingVote {
    let stands_for = cast.vote.stands_for.and_then(|id| stood_for.iter().find(|person| person.id == id).cloned());
    WaitingVote {
        voter: voter.into(),
        stands_for: stands_for.map(PersonView::from),
        decision: cast.vote.decision,
        need: cast.vote.need,
        stage: cast.vote.stage,
        comment: cast.comment,
        voted_at: cast.voted_at,
        minutes: cast.narrowed.map(|(minutes, _)| minutes),
        start_at: cast.narrowed.and_then(|(_, start_at)| start_at),
    }
}
