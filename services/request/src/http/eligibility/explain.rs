//! `POST /v1/eligibility/explain`

use actix_web::{post, web::Data};
use domain::rules::{Approval, Judged};
use domain::{Minutes, Pair, RuleId};
use serde::{Deserialize, Serialize};
use web::{Caller, Json, Problem};

use super::{DeciderView, deciders};
use crate::http::{Api, problems};
use crate::usecase::{self, PairJudged, Refusal};

/// What might be asked for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// 1 to 50 pairs.
    pairs: Vec<Pair>,
    /// How long, in minutes; without it the answer says what is possible.
    #[schema(minimum = 1)]
    minutes: Option<i64>,
    /// Whether a ticket would be named.
    #[serde(default)]
    has_ticket: bool,
}

/// What would happen.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Explanation {
    /// Whether the whole of it may be asked for, and somebody could decide it.
    allowed: bool,
    /// Whether nobody would have to decide.
    automatic: bool,
    /// Each pair.
    pairs: Vec<PairExplanation>,
    /// Who would decide: each of these policies must have its votes.
    approvals: Vec<DeciderView>,
}

/// What the rules say about one pair.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PairExplanation {
    /// Twelve digits.
    account: String,
    /// The account's name.
    account_name: String,
    /// The permission set's ARN.
    permission_set: String,
    /// The permission set's name.
    permission_set_name: String,
    /// Whether it may be asked for.
    allowed: bool,
    /// The longest access by the rule that is taken, in minutes.
    max_minutes: Option<u32>,
    /// The rule that is taken.
    rule: Option<RuleId>,
    /// Whether nobody would have to decide about this pair.
    automatic: bool,
    /// What each rule says.
    trace: Vec<Judged>,
}

/// May I have this, who would decide, and why not?
#[utoipa::path(tag = "eligibility", request_body = Question,
    responses((status = 200, description = "What the rules say.", body = Explanation)))]
#[post("/v1/eligibility/explain")]
pub async fn explain(api: Data<Api>, caller: Caller, question: Json<Question>) -> Result<Json<Explanation>, Problem> {
    let me = caller.require_user()?;
    let question = question.into_inner();
    let minutes = question.minutes.map(Minutes::new).transpose().map_err(Refusal::Minutes)?;
    let most = api.settings.requests.max_minutes;
    if let Some(asked) = minutes.filter(|m| m.get() > most) {
        return Err(Refusal::TooLong { asked: asked.into(), most }.into());
    }
    let mut tx = api.begin(caller.actor()).await?;
    let (judged, who) = usecase::explain(&mut tx, &me.id, &question.pairs, minutes, question.has_ticket).await?;
    let approvals = deciders(&mut tx, &who.iter().collect::<Vec<_>>()).await.map_err(problems::store)?;
    let pairs: Vec<PairExplanation> = judged.into_iter().map(|j| pair(j, most)).collect();
    Ok(Json(Explanation {
        allowed: pairs.iter().all(|p| p.allowed) && approvals.iter().all(|a| a.possible),
        automatic: pairs.iter().all(|p| p.automatic),
        pairs,
        approvals,
    }))
}

fn pair(judged: PairJudged, most: u32) -> PairExplanation {
    let chosen = judged.chosen.as_ref();
    PairExplanation {
        allowed: chosen.is_some(),
        max_minutes: chosen.map(|c| c.max.get().min(most)),
        rule: chosen.map(|c| c.rule),
        automatic: chosen.is_some_and(|c| c.approval == Approval::Automatic),
        account: judged.pair.account.into(),
        account_name: judged.account_name,
        permission_set: judged.pair.permission_set.into(),
        permission_set_name: judged.permission_set_name,
        trace: judged.trace,
    }
}
