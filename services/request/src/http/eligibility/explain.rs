//! `POST /v1/eligibility/explain`

use actix_web::{post, web::Data};
use domain::approval::Need;
use domain::rules::{Judged, Severity, Way};
use domain::{Justification, Minutes, Pair, RuleId, Ticket, UserId};
use jiff::Timestamp;
use judge::{Opening, Proposal, Typed, voters::schedule_of};
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, directory};
use web::{Caller, Json, Problem};

use crate::http::directory::groups::GroupView;
use crate::http::view::{Names, NeedView, PersonView, need_views};
use crate::http::{Api, problems};
use crate::usecase::{self, Bundle, Explained, LongestWhy, PairExplained, Refusal};

/// What might be asked for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Who would ask; without it, the caller. Somebody else's question is for auditors and admins.
    user: Option<UserId>,
    /// 1 to 50 pairs.
    #[schema(min_items = 1, max_items = 50)]
    pairs: Vec<Pair>,
    /// How long, in minutes; without it the answer says what is possible at all, and what else was typed is not looked at.
    #[schema(minimum = 1)]
    minutes: Option<i64>,
    /// From when; without it, as soon as it is approved.
    start_at: Option<Timestamp>,
    /// Why.
    #[schema(max_length = 10_000)]
    reason: Option<String>,
    /// The ticket.
    #[schema(max_length = 200)]
    ticket: Option<String>,
    /// How urgent.
    #[serde(default)]
    severity: Severity,
    /// Who would have the access; without it, whoever asks.
    beneficiary: Option<UserId>,
    /// The break-glass rule by which it would be taken.
    break_glass: Option<RuleId>,
}

/// What would happen.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Explanation {
    /// Whether the whole of it may be asked for, and somebody could decide it.
    allowed: bool,
    /// Whether nobody would have to decide.
    automatic: bool,
    /// What submitting it would be refused with.
    refused: Option<String>,
    /// The last word of the problem's `type` that submitting it would be answered with.
    #[schema(value_type = Option<String>, example = "not-eligible")]
    refused_as: Option<&'static str>,
    /// Each pair.
    pairs: Vec<PairExplanation>,
    /// Who would decide.
    approvals: Vec<ApprovalExplanation>,
    /// The rules by which all of it could be had as break-glass.
    break_glass: Vec<BreakGlassOffer>,
}

/// A break-glass rule.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BreakGlassOffer {
    /// Its id, which is what is asked for.
    rule: RuleId,
    /// Its name.
    name: String,
    /// The longest access by it, in minutes.
    max_minutes: u32,
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
    /// The rule that is taken.
    rule: Option<RuleId>,
    /// Whether nobody would have to decide about this pair.
    automatic: bool,
    /// The longest access by the rule that is taken, in minutes.
    max_minutes: Option<u32>,
    /// The longest access from this start by any rule, in minutes.
    longest_minutes: Option<u32>,
    /// Why it can be no longer.
    longest_because: Option<String>,
    /// The same by a code.
    longest_why: Option<LongestWhy>,
    /// The end of a cool-down that would be waited for.
    not_before: Option<Timestamp>,
    /// What each guardrail, freeze and rule says.
    trace: Vec<Judged>,
    /// How many more there are that are for other people or about something else.
    others: usize,
}

/// One approval that would be opened.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ApprovalExplanation {
    /// The pairs that it would be about, by their places from 0.
    items: Vec<i16>,
    /// The policies that must each be met.
    needs: Vec<NeedView>,
    /// Who would be asked first.
    asks: AskedPeople,
    /// Whether there are enough people to meet all of them.
    possible: bool,
    /// Where there are too few.
    shortages: Vec<ShortageView>,
}

/// Who would be asked, by what names them.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub struct AskedPeople {
    /// Members of these groups.
    groups: Vec<GroupView>,
    /// These people, managers and owners among them.
    users: Vec<PersonView>,
    /// Whoever is on duty now.
    on_duty: Vec<PersonView>,
    /// How many on-call schedules decide.
    schedules: usize,
}

/// A stage that nobody could meet.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ShortageView {
    /// What demands it.
    because: String,
    /// The stage by its place, from 0.
    stage: usize,
    /// How many people it needs.
    needed: u8,
    /// How many could be found.
    there: u8,
}

/// May I have this, who would decide, and why not?
#[utoipa::path(tag = "eligibility", request_body = Question,
    responses((status = 200, description = "What the rules say.", body = Explanation)))]
#[post("/v1/eligibility/explain")]
pub async fn explain(api: Data<Api>, caller: Caller, question: Json<Question>) -> Result<Json<Explanation>, Problem> {
    let me = caller.require_user()?;
    let question = question.into_inner();
    if question.user.as_ref().is_some_and(|user| *user != me.id) {
        caller.require_auditor_or_admin()?;
    }
    let limits = &api.settings.requests;
    let proposal = proposal(question, &me.id, limits.max_minutes)?;
    let now = api.db.clock().now();
    let explained = {
        let mut connection = api.db.read().await.map_err(problems::store)?;
        usecase::explain(&api.judge, &mut connection, limits, &proposal, now).await?
    };
    let mut tx = api.begin(caller.actor()).await?;
    view(&mut tx, explained, limits.max_minutes).await.map(Json).map_err(problems::store)
}

fn proposal(question: Question, me: &UserId, most: u32) -> Result<Proposal, Refusal> {
    let asker = question.user.unwrap_or_else(|| me.clone());
    let minutes = question.minutes.map(Minutes::new).transpose().map_err(Refusal::Minutes)?;
    if let Some(asked) = minutes.filter(|m| m.get() > most) {
        return Err(Refusal::TooLong { asked: asked.into(), most });
    }
    let reason = Justification::parse(question.reason.as_deref().unwrap_or_default()).map_err(Refusal::Reason)?;
    let ticket = question.ticket.as_deref().map(Ticket::parse).transpose().map_err(Refusal::Ticket)?;
    let ticket = ticket.map(String::from).filter(|ticket| !ticket.is_empty());
    Ok(Proposal {
        beneficiary: question.beneficiary.unwrap_or_else(|| asker.clone()),
        asker,
        pairs: question.pairs,
        start: question.start_at,
        typed: minutes.map(|minutes| Typed { minutes, severity: question.severity, reason: reason.into(), ticket }),
        break_glass: question.break_glass,
        extends: None,
    })
}

async fn view(tx: &mut Tx, explained: Explained, most: u32) -> Result<Explanation, StoreError> {
    let all: Vec<&Need> = explained.approvals.iter().flat_map(|(bundle, _)| &bundle.needs).collect();
    let mut needs = need_views(tx, &all).await?.into_iter();
    let mut approvals = Vec::with_capacity(explained.approvals.len());
    for (Bundle { ordinals, needs: own, .. }, opening) in &explained.approvals {
        approvals.push(ApprovalExplanation {
            items: ordinals.clone(),
            needs: needs.by_ref().take(own.len()).collect(),
            asks: asked(tx, opening).await?,
            possible: opening.shortages.is_empty(),
            shortages: shortages(opening),
        });
    }
    let pairs: Vec<PairExplanation> = explained.pairs.into_iter().map(|explained| pair(explained, most)).collect();
    let offers = explained.break_glass.into_iter();
    let refused = explained.refused.as_ref().map(problems::sentence);
    Ok(Explanation {
        allowed: refused.is_none(),
        automatic: pairs.iter().all(|pair| pair.automatic),
        refused,
        refused_as: explained.refused.map(|refused| Problem::from(refused).kind().slug()),
        pairs,
        approvals,
        break_glass: offers
            .map(|(rule, name, max)| BreakGlassOffer { rule, name, max_minutes: max.get().min(most) })
            .collect(),
    })
}

fn pair(PairExplained { judged, longest }: PairExplained, most: u32) -> PairExplanation {
    let trace = judged.trace();
    let chosen = judged.chosen.as_ref();
    let (longest_minutes, longest_why) = longest.unzip();
    PairExplanation {
        allowed: chosen.is_some(),
        rule: chosen.map(|c| c.rule),
        automatic: chosen.is_some_and(|c| !matches!(c.way, Way::People(_))),
        max_minutes: chosen.map(|c| c.max.get().min(most)),
        longest_minutes,
        longest_because: longest_why.as_ref().map(ToString::to_string),
        longest_why,
        not_before: chosen.and_then(|c| c.not_before),
        account: judged.pair.account.into(),
        account_name: judged.account_name,
        permission_set: judged.pair.permission_set.into(),
        permission_set_name: judged.permission_set_name,
        trace: trace.rules,
        others: trace.others,
    }
}

fn shortages(opening: &Opening) -> Vec<ShortageView> {
    let shortages = opening.shortages.iter();
    shortages
        .map(|s| ShortageView { because: s.because.clone(), stage: s.stage, needed: s.needed, there: s.there })
        .collect()
}

/// The tokens of an approval as people.
async fn asked(tx: &mut Tx, opening: &Opening) -> Result<AskedPeople, StoreError> {
    let ids = |kind: &str| -> Vec<String> {
        opening.asks.iter().filter_map(|token| token.strip_prefix(kind)).map(str::to_owned).collect()
    };
    let people =
        |kind: &str| -> Vec<UserId> { ids(kind).into_iter().filter_map(|id| UserId::parse(id).ok()).collect() };
    let (users, on_duty) = (people("user:"), people("duty:"));
    let names = Names::of(tx, users.iter().chain(&on_duty).cloned().collect::<Vec<_>>()).await?;
    let groups: Vec<_> = ids("group:").into_iter().filter_map(|id| domain::GroupId::parse(id).ok()).collect();
    let known = directory::group_names(tx.connection(), &groups).await?;
    let group = |id: domain::GroupId| GroupView {
        name: known.get(&id).cloned().unwrap_or_else(|| id.to_string()),
        id: id.into(),
    };
    Ok(AskedPeople {
        groups: groups.into_iter().map(group).collect(),
        users: users.iter().map(|id| names.person(id)).collect(),
        on_duty: on_duty.iter().map(|id| names.person(id)).collect(),
        schedules: opening.asks.iter().filter(|token| schedule_of(token).is_some()).count(),
    })
}
