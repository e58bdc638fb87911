//! Writing a request that the rules allow: with its pairs, its approval, its trace and its fact; and saying yes
//! at once where nobody has to.

use domain::approval::ApprovalPolicy;
use domain::{ApprovalId, Fact, GrantId, Minutes, RequestId, UserId};
use jiff::{SignedDuration, Timestamp};
use runtime::settings::Requests as Limits;
use store::decision::{self, Approved};
use store::requests::{self, Item, Request};
use store::{Tx, approvals, new_id};

use super::judge::{PairJudged, PairTrace, deciders};
use super::refusal::{Objection, Refusal};

/// What is asked, judged and ready to be written.
pub(super) struct Asked {
    pub asker: UserId,
    pub judged: Vec<PairJudged>,
    pub minutes: Minutes,
    pub start_at: Option<Timestamp>,
    pub extends: Option<GrantId>,
    pub reason: String,
    pub ticket: Option<String>,
    /// When a decision would come too late in any case.
    pub useless_after: Option<Timestamp>,
}

/// What became of it.
#[derive(Debug, Clone)]
#[must_use]
pub struct Opened {
    /// The request's id.
    pub request: RequestId,
    /// The approval that was opened; none where nobody has to decide.
    pub approval: Option<ApprovalId>,
    /// The grants that exist already, or the one that lives longer.
    pub grants: Vec<GrantId>,
}

pub(super) async fn open(tx: &mut Tx, limits: &Limits, asked: Asked) -> Result<Opened, Refusal> {
    let objections: Vec<Objection> = asked
        .judged
        .iter()
        .filter(|j| j.chosen.is_none())
        .map(|j| Objection { pair: j.pair.clone(), rules: j.trace.clone() })
        .collect();
    if !objections.is_empty() {
        return Err(Refusal::NotEligible(objections));
    }
    let needs = needs(tx, &asked).await?;
    let request = request(tx, limits, &asked);
    let traces: Vec<PairTrace> = asked.judged.iter().map(PairJudged::trace).collect();
    requests::insert(tx, &request, &items(&asked.judged), &traces).await.map_err(|error| match error.constraint() {
        Some("requests_one_extension_at_a_time") => Refusal::ExtensionPending,
        _ => error.into(),
    })?;
    let automatic = needs.is_empty();
    let approval = if automatic { None } else { Some(approvals::open(tx, request.id, &needs).await?) };
    tx.record(Fact::RequestSubmitted {
        request: request.id,
        approval,
        requester: request.requester.clone(),
        beneficiary: request.beneficiary.clone(),
        pairs: asked.judged.iter().map(|j| j.pair.clone()).collect(),
        minutes: i64::from(asked.minutes),
        start_at: request.start_at,
        extends: request.extends,
    });
    let mut grants = Vec::new();
    if automatic {
        grants = match decision::approve(tx, &request, true).await? {
            Approved::Grants(grants) => grants,
            Approved::TooLate(state) => return Err(Refusal::NotActive(state)),
        };
    }
    Ok(Opened { request: request.id, approval, grants })
}

/// The policies to be met: those of all pairs. Nobody has to decide only when no pair needs anybody.
async fn needs(tx: &mut Tx, asked: &Asked) -> Result<Vec<ApprovalPolicy>, Refusal> {
    let deciders = deciders(tx, &asked.asker, &asked.judged).await?;
    if let Some(lacking) = deciders.iter().find(|d| !d.can()) {
        let (needed, there) = (lacking.needed(), lacking.people);
        return Err(Refusal::NobodyCanApprove { policy: Box::new(lacking.policy.clone()), needed, there });
    }
    Ok(deciders.into_iter().map(|d| d.policy).collect())
}

fn request(tx: &Tx, limits: &Limits, asked: &Asked) -> Request {
    let now = tx.now();
    let patience = now + SignedDuration::from_mins(i64::from(limits.pending_minutes));
    Request {
        id: RequestId(new_id()),
        version: 1,
        state: domain::request::RequestState::Pending,
        requester: asked.asker.clone(),
        beneficiary: asked.asker.clone(),
        reason: asked.reason.clone(),
        ticket: asked.ticket.clone(),
        minutes: i32::try_from(asked.minutes.get()).unwrap_or(i32::MAX),
        start_at: asked.start_at,
        extends: asked.extends,
        submitted_at: now,
        decide_by: asked.useless_after.map_or(patience, |end| patience.min(end)),
        decided_at: None,
        trace_parent: store::trace::current(),
    }
}

fn items(judged: &[PairJudged]) -> Vec<Item> {
    let chosen = judged.iter().filter_map(|j| j.chosen.as_ref().map(|c| (j, c)));
    (0_i16..)
        .zip(chosen)
        .map(|(ordinal, (j, chosen))| Item {
            ordinal,
            pair: j.pair.clone(),
            account_name: j.account_name.clone(),
            permission_set_name: j.permission_set_name.clone(),
            rule: chosen.rule,
            rule_version: chosen.version,
        })
        .collect()
}
