//! Requests as callers see them, built for a whole page in a few questions.

use std::collections::BTreeMap;

use domain::approval::{Decision, MailDecision};
use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use domain::request::RequestState;
use domain::{GrantId, GroupId, RequestId, RuleId, UserId};
use jiff::Timestamp;
use serde::Serialize;
use store::approvals::{self, Approval, ApprovalState};
use store::grants::{self, Grant};
use store::requests::{self, Item, Request};
use store::{StoreError, Tx, directory};

use super::directory::groups::GroupView;
use crate::usecase::PairTrace;

/// Somebody: the immutable id, and what pages call them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PersonView {
    /// The immutable id in Identity Store.
    pub id: String,
    /// The display name; the id where the directory knows none.
    pub name: String,
}

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
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// What.
    pub items: Vec<ItemView>,
    /// The accesses that came of it.
    pub grants: Vec<RequestGrant>,
}

/// Who has to agree.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PolicyView {
    /// Members of these groups, as the groups are when they vote.
    pub groups: Vec<GroupView>,
    /// These people.
    pub users: Vec<PersonView>,
    /// How many different people must say yes.
    pub votes: u8,
    /// What a link in a mail may do.
    pub mail_decision: MailDecision,
}

/// One person's word.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct VoteView {
    /// Who.
    pub voter: PersonView,
    /// What.
    pub decision: Decision,
    /// How it came: `signed_in`, `link_signed_in` or `link_alone`.
    pub channel: String,
    /// What they said.
    pub comment: Option<String>,
    /// When.
    pub voted_at: Timestamp,
}

/// The decision process.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ApprovalView {
    /// Which.
    pub id: domain::ApprovalId,
    /// `open`, `approved`, `rejected`, or `closed` without a decision.
    #[schema(value_type = String)]
    pub state: ApprovalState,
    /// The policies that must each have their votes.
    pub needs: Vec<PolicyView>,
    /// The votes so far.
    pub votes: Vec<VoteView>,
}

/// A request with its decision.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RequestDetail {
    /// The request.
    #[serde(flatten)]
    pub request: RequestView,
    /// Its decision process; none where a rule said yes at once.
    pub approval: Option<ApprovalView>,
    /// What the rules said when it was asked.
    pub trace: Vec<PairTrace>,
}

/// What people are called; everybody has a name, if only their id.
#[derive(Debug, Default)]
pub struct Names(BTreeMap<UserId, String>);

impl Names {
    /// The names of these people.
    pub async fn of(tx: &mut Tx, ids: impl IntoIterator<Item = UserId>) -> Result<Self, StoreError> {
        let mut ids: Vec<UserId> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let users = directory::users(tx.connection(), &ids).await?;
        Ok(Self(users.into_iter().map(|u| (u.id, u.display_name)).collect()))
    }

    /// Somebody as pages show them.
    pub fn person(&self, id: &UserId) -> PersonView {
        PersonView { id: id.to_string(), name: self.0.get(id).map_or_else(|| id.to_string(), Clone::clone) }
    }
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
    let people = requests.iter().flat_map(|r| [r.requester.clone(), r.beneficiary.clone()]);
    let names = Names::of(tx, people.collect::<Vec<_>>()).await?;
    Ok(requests
        .into_iter()
        .map(|r| RequestView {
            items: items.remove(&r.id).unwrap_or_default().into_iter().map(item).collect(),
            grants: grants.remove(&r.id).unwrap_or_default().into_iter().map(grant).collect(),
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
        })
        .collect())
}

/// One request that is there, with its decision.
pub async fn detail(tx: &mut Tx, request: Request) -> Result<RequestDetail, StoreError> {
    let id = request.id;
    let approval = match approvals::of_request(tx.connection(), id).await? {
        Some(approval) => Some(self::approval(tx, approval).await?),
        None => None,
    };
    let trace = requests::evaluation(tx.connection(), id).await?.unwrap_or_default();
    let request = requests(tx, vec![request]).await?.pop();
    let request = request.ok_or(StoreError::Raced { what: "the request" })?;
    Ok(RequestDetail { request, approval, trace })
}

async fn approval(tx: &mut Tx, approval: Approval) -> Result<ApprovalView, StoreError> {
    let votes = approvals::votes(tx.connection(), approval.id).await?;
    let people = approval.needs.iter().flat_map(|p| p.users.clone());
    let names = Names::of(tx, people.chain(votes.iter().map(|v| v.vote.voter.clone())).collect::<Vec<_>>()).await?;
    let groups = group_names(tx, approval.needs.iter().flat_map(|p| p.groups.clone()).collect()).await?;
    Ok(ApprovalView {
        id: approval.id,
        state: approval.state,
        needs: approval.needs.iter().map(|p| policy(p, &groups, &names)).collect(),
        votes: votes
            .into_iter()
            .map(|v| VoteView {
                voter: names.person(&v.vote.voter),
                decision: v.vote.decision,
                channel: v.channel,
                comment: v.comment,
                voted_at: v.voted_at,
            })
            .collect(),
    })
}

/// What groups are called.
pub async fn group_names(tx: &mut Tx, ids: Vec<GroupId>) -> Result<BTreeMap<GroupId, String>, StoreError> {
    directory::group_names(tx.connection(), &ids).await
}

/// A policy with names.
pub fn policy(
    policy: &domain::approval::ApprovalPolicy,
    groups: &BTreeMap<GroupId, String>,
    names: &Names,
) -> PolicyView {
    let group = |id: &GroupId| GroupView {
        id: id.to_string(),
        name: groups.get(id).map_or_else(|| id.to_string(), Clone::clone),
    };
    PolicyView {
        groups: policy.groups.iter().map(group).collect(),
        users: policy.users.iter().map(|id| names.person(id)).collect(),
        votes: policy.votes.max(1),
        mail_decision: policy.mail_decision,
    }
}

fn item(item: Item) -> ItemView {
    ItemView {
        account: item.pair.account.into(),
        account_name: item.account_name,
        permission_set: item.pair.permission_set.into(),
        permission_set_name: item.permission_set_name,
        rule: item.rule,
        rule_version: item.rule_version,
    }
}

fn grant(grant: Grant) -> RequestGrant {
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
        active_at: grant.active_at,
        ended_at: grant.ended_at,
        reason: grant.reason,
        detail: grant.detail,
        evidence: grant.evidence,
    }
}
