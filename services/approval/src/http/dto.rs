//! The wire's shapes of this service.

use domain::approval::Decision;
use domain::grant::GrantState;
use domain::request::RequestState;
use domain::{ApprovalId, GrantId, RequestId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::usecase::decide::{Decided, target};
use crate::usecase::{Person, Summary};

/// What an approver says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionBody {
    /// Yes or no.
    pub decision: Decision,
    /// Why, at most 4,000 characters.
    pub comment: Option<String>,
    /// The request's version that was seen; another one is refused.
    pub version: Option<i64>,
}

/// What goes with a link's decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    /// Why, at most 4,000 characters.
    pub comment: Option<String>,
}

/// What a decision did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DecisionOutcome)]
pub struct Outcome {
    /// The request.
    pub request: RequestId,
    /// Where it stands now; `pending` when more votes are needed.
    pub state: RequestState,
    /// The grants that exist now, or the one that lives longer.
    pub grants: Vec<GrantId>,
}

/// A decision that counted, or the state that was found instead.
pub(super) enum Answer {
    Done(Outcome),
    Late { from: RequestState, tried: RequestState, gone: Option<GrantState> },
}

impl Answer {
    pub(super) fn of(request: RequestId, decision: Decision, decided: Decided) -> Self {
        let done = |state, grants| Self::Done(Outcome { request, state, grants });
        let late = |gone| Self::Late { from: RequestState::TimedOut, tried: target(decision), gone };
        match decided {
            Decided::StillPending => done(RequestState::Pending, vec![]),
            Decided::Approved(grants) => done(RequestState::Approved, grants),
            Decided::Rejected => done(RequestState::Rejected, vec![]),
            Decided::Overdue => late(None),
            Decided::GrantGone(state) => late(Some(state)),
        }
    }
}

/// Somebody: the immutable id, and what pages call them.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonView {
    /// The immutable id in Identity Store.
    pub id: String,
    /// The display name; the id where the directory knows none.
    pub name: String,
}

impl From<Person> for PersonView {
    fn from(person: Person) -> Self {
        Self { id: person.id.into(), name: person.name }
    }
}

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
}

/// A vote that was cast.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingVote {
    /// Who.
    pub voter: PersonView,
    /// What they said.
    pub decision: Decision,
}

/// A request as its approvers see it; every name was resolved on the server.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WaitingRequest)]
pub struct Waiting {
    /// The request.
    pub request: RequestId,
    /// Its decision process.
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
    /// How long, in minutes; for an extension how much longer.
    pub minutes: i32,
    /// When the window opens; none is as soon as it is approved.
    pub start_at: Option<Timestamp>,
    /// The grant that it would extend.
    pub extends: Option<GrantId>,
    /// When it was asked.
    pub submitted_at: Timestamp,
    /// When it times out undecided.
    pub decide_by: Timestamp,
    /// What.
    pub items: Vec<WaitingItem>,
    /// The votes so far.
    pub votes: Vec<WaitingVote>,
}

impl From<Summary> for Waiting {
    fn from(summary: Summary) -> Self {
        let request = summary.request;
        Self {
            request: request.id,
            approval: summary.approval,
            version: request.version,
            state: request.state,
            requester: summary.requester.into(),
            beneficiary: summary.beneficiary.into(),
            reason: request.reason,
            ticket: request.ticket,
            minutes: request.minutes,
            start_at: request.start_at,
            extends: request.extends,
            submitted_at: request.submitted_at,
            decide_by: request.decide_by,
            items: summary
                .items
                .into_iter()
                .map(|item| WaitingItem {
                    account: item.pair.account.into(),
                    account_name: item.account_name,
                    permission_set: item.pair.permission_set.into(),
                    permission_set_name: item.permission_set_name,
                })
                .collect(),
            votes: summary
                .votes
                .into_iter()
                .map(|(voter, vote)| WaitingVote { voter: voter.into(), decision: vote.decision })
                .collect(),
        }
    }
}

/// What a mail's link is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkView {
    /// What the link would decide.
    pub decision: Decision,
    /// Whom it is bound to.
    pub approver: PersonView,
    /// Whether deciding with it demands signing in as that person.
    pub sign_in_required: bool,
    /// Whether that person has decided before.
    pub used: bool,
    /// When it stops being good.
    pub expires_at: Timestamp,
    /// The request, as it stands now.
    pub request: Waiting,
}
