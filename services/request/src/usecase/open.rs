//! Writing a request that the rules allow: with its pairs, its approvals, its trace and its fact; and saying yes
//! at once where nobody has to.

use domain::request::RequestState;
use domain::rules::{Severity, Way};
use domain::{ApprovalId, Fact, GrantId, Minutes, RequestId};
use jiff::{SignedDuration, Timestamp};
use judge::{Answer, Judge, PairJudged, PairTrace, Proposal};
use runtime::settings::Requests as Limits;
use store::decision::{self, Approved};
use store::requests::{self, Item, Request};
use store::{Tx, approvals, new_id, reviews, uses};

use super::bundles::{Bundle, bundles};
use super::prepare::Prepared;
use super::refusal::{Objection, Refusal};

mod owed;

/// What is asked, ready to be judged and written.
pub(super) struct Asked {
    pub proposal: Proposal,
    /// How long, the part already had not included.
    pub minutes: Minutes,
    pub start_at: Option<Timestamp>,
    pub severity: Severity,
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
    /// The approvals that were opened; none where nobody has to decide.
    pub approvals: Vec<ApprovalId>,
    /// The grants that exist already, or the one that lives longer.
    pub grants: Vec<GrantId>,
}

pub(super) async fn open(
    tx: &mut Tx,
    judge: &Judge,
    limits: &Limits,
    asked: Asked,
    prepared: &Prepared,
) -> Result<Opened, Refusal> {
    let now = tx.now();
    uses::one_at_a_time(tx, &asked.proposal.beneficiary).await?;
    may_break_glass(tx, judge, &asked.proposal).await?;
    let answer = judge.judge(tx.connection(), &asked.proposal, &prepared.heard, now).await?;
    is_allowed(&answer, &asked.proposal, now)?;
    let bundles = bundles(&answer.pairs);
    somebody_can_decide(&bundles, prepared)?;
    let request = request(tx, limits, &asked, &bundles);
    let traces: Vec<PairTrace> = answer.pairs.iter().map(PairJudged::trace).collect();
    requests::insert(tx, &request, &items(&answer.pairs), &traces).await.map_err(|error| match error.constraint() {
        Some("requests_one_extension_at_a_time") => Refusal::ExtensionPending,
        _ => error.into(),
    })?;
    let mut approvals = Vec::with_capacity(bundles.len());
    for bundle in &bundles {
        let opening = prepared.opening(bundle)?;
        let Bundle { ordinals, needs, .. } = bundle;
        let (asks, attend_at) = (&opening.asks, opening.attend_at);
        approvals.push(approvals::open(tx, request.id, ordinals, needs, asks, attend_at).await?);
    }
    tx.record(Fact::RequestSubmitted {
        request: request.id,
        approvals: approvals.clone(),
        requester: request.requester.clone(),
        beneficiary: request.beneficiary.clone(),
        pairs: asked.proposal.pairs.clone(),
        minutes: i64::from(asked.minutes),
        start_at: request.start_at,
        extends: request.extends,
        severity: request.severity.clone(),
        break_glass: request.break_glass,
    });
    let grants = say_yes(tx, &request, &answer.pairs).await?;
    Ok(Opened { request: request.id, approvals, grants })
}

/// The rule must be one, and whoever's last break-glass owes a look that is late does not break the glass again.
async fn may_break_glass(tx: &mut Tx, judge: &Judge, proposal: &Proposal) -> Result<(), Refusal> {
    let Some(rule) = proposal.break_glass else { return Ok(()) };
    let now = tx.now();
    let book = judge.books.current(tx.connection()).await?;
    let found = book.rules().find(|known| known.id == rule);
    if !found.is_some_and(|rule| matches!(rule.spec.approval, domain::rules::Approval::BreakGlass(_))) {
        return Err(Refusal::NotBreakGlass(rule));
    }
    for person in [&proposal.asker, &proposal.beneficiary] {
        if let Some(review) = reviews::overdue_of(tx.connection(), person, now).await? {
            return Err(Refusal::ReviewOverdue { request: review.request, due_at: review.due_at });
        }
    }
    Ok(())
}

fn is_allowed(answer: &Answer, proposal: &Proposal, now: Timestamp) -> Result<(), Refusal> {
    let refused = || answer.pairs.iter().filter(|pair| pair.chosen.is_none());
    let objections: Vec<Objection> = refused().map(Objection::about).collect();
    if objections.is_empty() {
        return Ok(());
    }
    let away = proposal.break_glass.is_none() && refused().any(|pair| pair.heard.is_silent());
    let instead = if away { answer.break_glass(proposal, now) } else { Vec::new() };
    let instead = instead.into_iter().map(|rule| (rule.id, rule.spec.name.clone())).collect();
    Err(Refusal::NotEligible { objections, instead })
}

fn somebody_can_decide(bundles: &[Bundle], prepared: &Prepared) -> Result<(), Refusal> {
    for bundle in bundles {
        let shortages = &prepared.opening(bundle)?.shortages;
        if !shortages.is_empty() {
            return Err(Refusal::NobodyCanApprove(shortages.clone()));
        }
    }
    Ok(())
}

fn request(tx: &Tx, limits: &Limits, asked: &Asked, bundles: &[Bundle]) -> Request {
    let now = tx.now();
    let needs = bundles.iter().flat_map(|bundle| &bundle.needs);
    let patience = needs.map(|need| need.policy.pending_minutes.unwrap_or(limits.pending_minutes)).min();
    let patience = SignedDuration::from_mins(i64::from(patience.unwrap_or(limits.pending_minutes)));
    let decide_by = now.checked_add(patience).unwrap_or(Timestamp::MAX);
    Request {
        id: RequestId(new_id()),
        version: 1,
        state: RequestState::Pending,
        requester: asked.proposal.asker.clone(),
        beneficiary: asked.proposal.beneficiary.clone(),
        reason: asked.reason.clone(),
        ticket: asked.ticket.clone(),
        minutes: i32::try_from(asked.minutes.get()).unwrap_or(i32::MAX),
        start_at: asked.start_at,
        extends: asked.proposal.extends,
        severity: asked.severity.clone(),
        break_glass: asked.proposal.break_glass,
        asked: None,
        submitted_at: now,
        decide_by: asked.useless_after.map_or(decide_by, |end| decide_by.min(end)),
        decided_at: None,
        trace_parent: store::trace::current(),
    }
}

fn items(judged: &[PairJudged]) -> Vec<Item> {
    let chosen = (0_i16..).zip(judged).filter_map(|(ordinal, j)| j.chosen.as_ref().map(|c| (ordinal, j, c)));
    chosen
        .map(|(ordinal, j, chosen)| Item {
            ordinal,
            pair: j.pair.clone(),
            account_name: j.account_name.clone(),
            permission_set_name: j.permission_set_name.clone(),
            rule: chosen.rule,
            rule_version: chosen.version,
            state: RequestState::Pending,
            approval: None,
            not_before: chosen.not_before,
            content_hash: j.content_hash.clone(),
        })
        .collect()
}

/// Approves the pairs that nobody has to decide, and notes what they owe.
async fn say_yes(tx: &mut Tx, request: &Request, judged: &[PairJudged]) -> Result<Vec<GrantId>, Refusal> {
    let at_once: Vec<(i16, &PairJudged)> = (0_i16..).zip(judged).filter(|(_, pair)| pair.needs().is_empty()).collect();
    if at_once.is_empty() {
        return Ok(Vec::new());
    }
    let ordinals: Vec<i16> = at_once.iter().map(|(ordinal, _)| *ordinal).collect();
    let grants = match decision::approve(tx, request, &ordinals, true).await? {
        Approved::Grants(grants) => grants,
        Approved::TooLate(state) => return Err(Refusal::NotActive(state)),
    };
    let is_break_glass =
        |pair: &PairJudged| matches!(pair.chosen.as_ref().map(|c| &c.way), Some(Way::BreakGlass { .. }));
    let broken: Vec<_> = at_once.iter().filter(|(_, p)| is_break_glass(p)).map(|(_, p)| p.pair.clone()).collect();
    if let Some(rule) = request.break_glass.filter(|_| !broken.is_empty()) {
        let (request, beneficiary) = (request.id, request.beneficiary.clone());
        tx.record(Fact::BreakGlass { request, rule, beneficiary, pairs: broken, grants: grants.clone() });
    }
    for review in owed::reviews(request, &at_once, tx.now()) {
        reviews::open(tx, &review).await?;
    }
    Ok(grants)
}
