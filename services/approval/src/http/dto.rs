//! The wire's shapes of deciding.

use domain::approval::Decision;
use domain::grant::GrantState;
use domain::request::RequestState;
use domain::{ApprovalId, GrantId, Pair, RequestId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::approvals::ApprovalState;
use utoipa::ToSchema;

use super::waiting_view::Waiting;
use crate::usecase::Person;
use crate::usecase::decide::{self, Decided, target};

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
    /// Only about these pairs of the request; without it about all that the caller may decide. Pairs that are decided
    /// together are named together.
    #[serde(default)]
    pub pairs: Vec<Pair>,
    /// With a yes: how many minutes at most, fewer than asked for.
    pub minutes: Option<i64>,
    /// With a yes: from when, later than asked for and inside the window. Without `minutes` for what is left of it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_at: Option<Timestamp>,
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
    /// Where it stands now; `pending` while more votes are needed for some of its pairs.
    pub state: RequestState,
    /// The grants that this decision made, or the one that lives longer.
    pub grants: Vec<GrantId>,
    /// The approvals in which it counted.
    pub approvals: Vec<CountedIn>,
    /// Whether rules became stricter since it was asked, so that more people must agree first.
    pub tightened: bool,
    /// Since when nobody's new access begins, where that is so: what was approved begins once it is over.
    pub paused_since: Option<Timestamp>,
}

/// An approval in which a decision counted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DecisionCountedIn)]
pub struct CountedIn {
    /// Which.
    pub approval: ApprovalId,
    /// Where it stands now: `open`, `approved` or `rejected`.
    #[schema(value_type = String)]
    pub state: ApprovalState,
}

/// A decision that counted, or the state that was found instead.
pub(super) enum Answer {
    Done(Outcome),
    Late { from: RequestState, tried: RequestState, gone: Option<GrantState> },
}

impl Answer {
    pub(super) fn of(
        request: RequestId,
        decision: Decision,
        decided: Decided,
        paused_since: Option<Timestamp>,
    ) -> Self {
        let late = |gone| Self::Late { from: RequestState::TimedOut, tried: target(decision), gone };
        match decided {
            Decided::Counted(decide::Outcome { state, grants, approvals, tightened }) => {
                let approvals = approvals.into_iter().map(|(approval, state)| CountedIn { approval, state }).collect();
                Self::Done(Outcome { request, state, grants, approvals, tightened, paused_since })
            }
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
    /// The request, as it stands now, with what the link decides of it.
    pub request: Waiting,
}
