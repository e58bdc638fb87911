//! Requests as callers see them, built for a whole page in a few questions.

mod decision;
mod people;

use std::collections::{BTreeMap, HashMap};

use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use domain::request::RequestState;
use domain::rules::Severity;
use domain::{ApprovalId, CommentId, GrantId, RequestId, RuleId, UserId};
use jiff::Timestamp;
use judge::PairTrace;
use serde::Serialize;
use store::grants::{self, Beside, Grant};
use store::requests::{self, Item, Request};
use store::{StoreError, Tx, approvals, comments, pauses, reviews};

pub use decision::{ApprovalView, NeedView, PeopleView, StageView, approvals as approval_views, needs as need_views};
pub use people::{Names, PersonView};

use super::reviews::view::{ReviewView, view as review_view};

/// One (account, permission set), with the names that it had when it was asked for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ItemView {
    /// Twelve digits.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// The permission set's ARN.
    pub permission_set: String,
    /// The permission set's name.
    pub permission_set_name: String,
    /// The rule that allowed it.
    pub rule: RuleId,
    /// The rule's version then.
    pub rule_version: i64,
    /// Where this pair stands.
    pub state: RequestState,
    /// The approval that decides it; none where nobody has to.
    pub approval: Option<ApprovalId>,
    /// The access that came of it.
    pub grant: Option<GrantId>,
    /// The end of a cool-down that is waited for.
    pub not_before: Option<Timestamp>,
}

/// The access that came of a pair.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RequestGrant {
    /// Which.
    pub id: GrantId,
    /// Counts its changes.
    pub version: i64,
    /// The request that it came from.
    pub request: RequestId,
    /// Where it stands.
    pub state: GrantState,
    /// Who has it, by immutable id.
    pub principal: UserId,
    /// Twelve digits.
    pub account: String,
    /// The permission set's ARN.
    pub permission_set: String,
    /// How long, in minutes.
    pub minutes: i32,
    /// When it may start.
    pub start_at: Timestamp,
    /// When it ends; provisional while it is being given.
    pub deadline_at: Option<Timestamp>,
    /// The later end of an approved extension, which counts once the schedule in AWS has moved; none where none waits.
    pub extending_to: Option<Timestamp>,
    /// Since when AWS is known not to have it although it is active: somebody took it away outside Curfew.
    pub vanished_at: Option<Timestamp>,
    /// When it could be used first.
    pub active_at: Option<Timestamp>,
    /// When it was seen gone.
    pub ended_at: Option<Timestamp>,
    /// Why it ends or ended.
    pub reason: Option<EndReason>,
    /// AWS's words, or a person's.
    pub detail: Option<String>,
    /// How we know that it is gone.
    pub evidence: Option<Evidence>,
}

/// A request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RequestView {
    /// Which.
    pub id: RequestId,
    /// Counts its changes; send it back to be sure of what you change.
    pub version: i64,
    /// Where it stands.
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
    pub severity: Severity,
    /// The break-glass rule that was asked for by name.
    pub break_glass: Option<RuleId>,
    /// How long, in minutes; for an extension how much longer. As an approver narrowed it, where one did.
    pub minutes: i32,
    /// When the window opens; none is as soon as it is approved.
    pub start_at: Option<Timestamp>,
    /// What was asked for, where an approver narrowed it.
    pub asked: Option<AskedView>,
    /// The grant that it would extend.
    pub extends: Option<GrantId>,
    /// When it was asked.
    pub submitted_at: Timestamp,
    /// When it times out undecided.
    pub decide_by: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// What.
    pub items: Vec<ItemView>,
    /// The accesses that came of it.
    pub grants: Vec<RequestGrant>,
    /// Since when nobody's new access begins, where it is in the way of this request's; it begins once that is over.
    pub paused_since: Option<Timestamp>,
}

/// What was asked for before an approver narrowed it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AskedView {
    /// How long, in minutes.
    pub minutes: i32,
    /// When the window would have opened.
    pub start_at: Option<Timestamp>,
}

/// Something said about a request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CommentView {
    /// Which.
    pub id: CommentId,
    /// Who said it.
    pub author: PersonView,
    /// Whether it wants an answer.
    pub question: bool,
    /// The words.
    pub text: String,
    /// When.
    pub said_at: Timestamp,
}

/// A request with its decision.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RequestDetail {
    /// The request.
    #[serde(flatten)]
    pub request: RequestView,
    /// Its decisions: one for the pairs that are decided together; none where rules said yes at once.
    pub approvals: Vec<ApprovalView>,
    /// What was asked and answered about it, the oldest first.
    pub comments: Vec<CommentView>,
    /// The looks that it owes or owed.
    pub reviews: Vec<ReviewView>,
    /// What the rules said when it was asked.
    pub trace: Vec<PairTrace>,
}

/// Several requests as callers see them, in their order.
pub async fn requests(tx: &mut Tx, requests: Vec<Request>) -> Result<Vec<RequestView>, StoreError> {
    let ids: Vec<_> = requests.iter().map(|r| r.id.uuid()).collect();
    let mut items: BTreeMap<RequestId, Vec<Item>> = BTreeMap::new();
    for (id, item) in requests::items_of(tx.connection(), &ids).await? {
        items.entry(id).or_default().push(item);
    }
    let mut grants: BTreeMap<RequestId, Vec<Grant>> = BTreeMap::new();
    for grant in grants::of_requests(tx.connection(), &ids).await? {
        grants.entry(grant.request).or_default().push(grant);
    }
    let beside = grants::beside(tx.connection(), grants.values().flatten()).await?;
    let people = requests.iter().flat_map(|r| [r.requester.clone(), r.beneficiary.clone()]);
    let names = Names::of(tx, people.collect::<Vec<_>>()).await?;
    let paused = pauses::all(tx.connection()).await?.first().map(|pause| pause.since);
    Ok(requests
        .into_iter()
        .map(|r| {
            let grants = grants.remove(&r.id).unwrap_or_default();
            let items = items.remove(&r.id).unwrap_or_default().into_iter();
            let items = items.map(|i| item(i, &grants)).collect();
            let begins = r.state == RequestState::Pending && r.extends.is_none()
                || grants.iter().any(|g| matches!(g.state, GrantState::Scheduled | GrantState::Granting));
            RequestView {
                items,
                paused_since: paused.filter(|_| begins),
                grants: grants.into_iter().map(|g| grant(&beside, g)).collect(),
                severity: r.severity,
                break_glass: r.break_glass,
                asked: r.asked.map(|(minutes, start_at)| AskedView { minutes, start_at }),
                id: r.id,
                version: r.version,
                state: r.state,
                requester: names.person(&r.requester),
                beneficiary: names.person(&r.beneficiary),
                reason: r.reason,
                ticket: r.ticket,
                minutes: r.minutes,
                start_at: r.start_at,
                extends: r.extends,
                submitted_at: r.submitted_at,
                decide_by: r.decide_by,
                decided_at: r.decided_at,
            }
        })
        .collect())
}

/// One request that is there, with its decisions.
pub async fn detail(tx: &mut Tx, request: Request) -> Result<RequestDetail, StoreError> {
    let id = request.id;
    let approvals = approvals::of_request(tx.connection(), id).await?;
    let approvals = approval_views(tx, approvals).await?;
    let said = comments::of_request(tx.connection(), id).await?;
    let names = Names::of(tx, said.iter().map(|said| said.author.clone()).collect::<Vec<_>>()).await?;
    let comments = said
        .into_iter()
        .map(|said| CommentView {
            id: said.id,
            author: names.person(&said.author),
            question: said.question,
            text: said.text,
            said_at: said.said_at,
        })
        .collect();
    let owed = reviews::of_requests(tx.connection(), &[id.uuid()]).await?;
    let reviews = review_view(tx, owed).await?;
    let trace = requests::evaluation(tx.connection(), id).await?.unwrap_or_default();
    let request = requests(tx, vec![request]).await?.pop();
    let request = request.ok_or(StoreError::Raced { what: "the request" })?;
    Ok(RequestDetail { request, approvals, comments, reviews, trace })
}

fn item(item: Item, grants: &[Grant]) -> ItemView {
    ItemView {
        grant: grants.iter().find(|grant| grant.ordinal == item.ordinal).map(|grant| grant.id),
        state: item.state,
        approval: item.approval,
        not_before: item.not_before,
        account: item.pair.account.into(),
        account_name: item.account_name,
        permission_set: item.pair.permission_set.into(),
        permission_set_name: item.permission_set_name,
        rule: item.rule,
        rule_version: item.rule_version,
    }
}

fn grant(beside: &HashMap<GrantId, Beside>, grant: Grant) -> RequestGrant {
    let beside = beside.get(&grant.id).copied().unwrap_or_default();
    RequestGrant {
        id: grant.id,
        version: grant.version,
        request: grant.request,
        state: grant.state,
        principal: grant.tuple.principal,
        account: grant.tuple.account.into(),
        permission_set: grant.tuple.permission_set.into(),
        minutes: grant.minutes,
        start_at: grant.start_at,
        deadline_at: grant.deadline_at,
        extending_to: beside.extending_to,
        vanished_at: beside.vanished_at,
        active_at: grant.active_at,
        ended_at: grant.ended_at,
        reason: grant.reason,
        detail: grant.detail,
        evidence: grant.evidence,
    }
}
