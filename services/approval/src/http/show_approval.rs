//! `GET /v1/approvals/{id}`: everything that helps to decide it.

use actix_web::get;
use actix_web::web::{Data, Json};
use domain::approval::PolicySpec;
use domain::grant::{EndReason, GrantState};
use domain::{ApprovalId, GrantId, RequestId};
use jiff::Timestamp;
use serde::Serialize;
use store::approvals::ApprovalState;
use store::grants::Grant;
use utoipa::ToSchema;
use web::{Caller, Path, Problem};

use super::State;
use super::dto::PersonView;
use super::waiting_view::Waiting;
use crate::usecase::detail::{Detail, Onlooker};

/// A need in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalNeed {
    /// The rule or guardrail that demands it.
    pub because: String,
    /// What it says, as it was when it was asked for.
    pub policy: PolicySpec,
    /// Who may vote in its current stage now and has not, at most 50 of them.
    pub may_vote: Vec<PersonView>,
    /// How many there are.
    pub may_vote_count: usize,
    /// Whether the caller's word would count in it now.
    pub mine: bool,
}

/// An earlier access of the same person to the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct EarlierGrant {
    /// Which.
    pub grant: GrantId,
    /// The request that it came from.
    pub request: RequestId,
    /// Where it stands.
    pub state: GrantState,
    /// How long it was for, in minutes.
    pub minutes: i32,
    /// When it was approved.
    pub approved_at: Timestamp,
    /// Since when AWS showed it.
    pub active_at: Option<Timestamp>,
    /// When it was gone.
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    pub reason: Option<EndReason>,
}

impl From<Grant> for EarlierGrant {
    fn from(grant: Grant) -> Self {
        Self {
            grant: grant.id,
            request: grant.request,
            state: grant.state,
            minutes: grant.minutes,
            approved_at: grant.approved_at,
            active_at: grant.active_at,
            ended_at: grant.ended_at,
            reason: grant.reason,
        }
    }
}

/// An approval in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalView {
    /// What it is about, and how far it is.
    #[serde(flatten)]
    pub about: Waiting,
    /// Where the approval stands: `open`, `approved`, `rejected` or `closed`.
    #[schema(value_type = String)]
    pub approval_state: ApprovalState,
    /// What must be met, in the order of `needs`.
    pub policies: Vec<ApprovalNeed>,
    /// The newest accesses of the same person to the same accounts and permission sets.
    pub before: Vec<EarlierGrant>,
    /// Why nobody knows who is on duty, where that is so.
    pub on_call_away: Option<String>,
}

impl From<Detail> for ApprovalView {
    fn from(detail: Detail) -> Self {
        let Detail { summary, may_vote, mine, before, away, seen_at: _ } = detail;
        let policies = summary.approval.needs.iter().zip(may_vote).enumerate();
        let policies = policies
            .map(|(place, (need, (people, count)))| ApprovalNeed {
                because: need.because.clone(),
                policy: need.policy.clone(),
                may_vote: people.into_iter().map(PersonView::from).collect(),
                may_vote_count: count,
                mine: mine.contains(&place),
            })
            .collect();
        Self {
            approval_state: summary.approval.state,
            about: summary.into(),
            policies,
            before: before.into_iter().map(EarlierGrant::from).collect(),
            on_call_away: away,
        }
    }
}

/// One approval, to those whom it asks or has asked, to whom it is about, and to auditors and admins.
#[utoipa::path(
    tag = "approvals", operation_id = "get_approval", params(("id" = ApprovalId, Path, description = "The approval")),
    responses(
        (status = 200, body = ApprovalView),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ), security(("bearer" = []))
)]
#[get("/v1/approvals/{id}")]
pub async fn get_approval(
    caller: Caller,
    id: Path<ApprovalId>,
    state: Data<State>,
) -> Result<Json<ApprovalView>, Problem> {
    let user = caller.require_user()?.id.clone();
    let sees_all = caller.require_auditor_or_admin().is_ok();
    let found = state.desk.detail(id.into_inner(), &Onlooker { user, sees_all }).await?;
    found.map(|detail| Json(detail.into())).ok_or_else(|| Problem::not_found("approval"))
}
