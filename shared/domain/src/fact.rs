//! What happened, in the past tense: the same value goes to the trail and, where others need to hear of
//! it, through the outbox to the queue and to webhooks. Thin on purpose: ids and the few things that
//! cannot be read again later. No order of arrival is promised.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::approval::{Channel, Decision};
use crate::assignment::{AssignmentState, Origin};
use crate::grant::EndReason;
use crate::rules::{Kind, Severity};
use crate::{
    AccountId, Actor, ApprovalId, AssignmentId, ChangeId, CommentId, DelegationId, EndpointId, FactId, GrantId,
    IncidentId, Pair, PermissionSetArn, RequestId, ReviewId, RuleId, TemplateId, Tuple, UserId,
};

/// A committed change of state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", content = "data")]
pub enum Fact {
    /// Somebody asked.
    #[serde(rename = "request.submitted.v1")]
    RequestSubmitted {
        request: RequestId,
        approvals: Vec<ApprovalId>,
        requester: UserId,
        beneficiary: UserId,
        pairs: Vec<Pair>,
        minutes: i64,
        start_at: Option<Timestamp>,
        extends: Option<GrantId>,
        severity: Severity,
        break_glass: Option<RuleId>,
    },
    /// Everything was decided, and something approved; these grants exist now.
    #[serde(rename = "request.approved.v1")]
    RequestApproved { request: RequestId, grants: Vec<GrantId>, automatic: bool, by: Option<UserId> },
    /// Access was taken without asking anybody.
    #[serde(rename = "request.break_glass.v1")]
    BreakGlass { request: RequestId, rule: RuleId, beneficiary: UserId, pairs: Vec<Pair>, grants: Vec<GrantId> },
    /// Somebody asked or answered something about the request.
    #[serde(rename = "request.commented.v1")]
    RequestCommented { request: RequestId, comment: CommentId, author: UserId, question: bool },
    /// Somebody said no.
    #[serde(rename = "request.rejected.v1")]
    RequestRejected { request: RequestId, by: UserId },
    /// The requester took it back.
    #[serde(rename = "request.cancelled.v1")]
    RequestCancelled { request: RequestId },
    /// Nobody decided in time.
    #[serde(rename = "request.timed_out.v1")]
    RequestTimedOut { request: RequestId },
    /// An approver spoke.
    #[serde(rename = "approval.voted.v1")]
    ApprovalVoted {
        approval: ApprovalId,
        request: RequestId,
        voter: UserId,
        stands_for: Option<UserId>,
        decision: Decision,
        channel: Channel,
        minutes: Option<i64>,
        start_at: Option<Timestamp>,
        /// When the directory's copy was read that said whether they may, where AWS could not be asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by_copy_of: Option<Timestamp>,
    },
    /// A later stage waits for its votes.
    #[serde(rename = "approval.stage_began.v1")]
    ApprovalStageBegan { approval: ApprovalId, request: RequestId, need: usize, stage: usize },
    /// A stage takes long: its voters are reminded.
    #[serde(rename = "approval.reminded.v1")]
    ApprovalReminded { approval: ApprovalId, request: RequestId, need: usize, stage: usize },
    /// A stage takes too long: further people may vote.
    #[serde(rename = "approval.escalated.v1")]
    ApprovalEscalated { approval: ApprovalId, request: RequestId, need: usize, stage: usize },
    /// Rules changed since it was asked, and more people must agree.
    #[serde(rename = "approval.tightened.v1")]
    ApprovalTightened { approval: ApprovalId, request: RequestId },
    /// Some pairs of the request were decided; the request may wait for others.
    #[serde(rename = "approval.concluded.v1")]
    ApprovalConcluded {
        approval: ApprovalId,
        request: RequestId,
        approved: bool,
        pairs: Vec<Pair>,
        grants: Vec<GrantId>,
    },
    /// A cool-down was found when it should have begun: it begins later.
    #[serde(rename = "grant.postponed.v1")]
    GrantPostponed { grant: GrantId, request: RequestId, tuple: Tuple, from: Timestamp, start_at: Timestamp },
    /// The grant service took the grant up; its provisional deadline is durable.
    #[serde(rename = "grant.started.v1")]
    GrantStarted { grant: GrantId, request: RequestId, tuple: Tuple, deadline_at: Timestamp },
    /// AWS shows the assignment.
    #[serde(rename = "grant.activated.v1")]
    GrantActivated { grant: GrantId, request: RequestId, tuple: Tuple, deadline_at: Timestamp, read_back_at: Timestamp },
    /// An extension moved the deadline.
    #[serde(rename = "grant.extended.v1")]
    GrantExtended { grant: GrantId, request: RequestId, from: Timestamp, deadline_at: Timestamp },
    /// The access is being taken away.
    #[serde(rename = "grant.revoking.v1")]
    GrantRevoking { grant: GrantId, request: RequestId, tuple: Tuple, reason: EndReason, detail: Option<String> },
    /// The access is gone, or never came to be.
    #[serde(rename = "grant.ended.v1")]
    GrantEnded { grant: GrantId, request: RequestId, tuple: Tuple, reason: EndReason, evidence: Evidence },
    /// A session of another system became a grant, with that system's deadline.
    #[serde(rename = "grant.adopted.v1")]
    GrantAdopted {
        grant: GrantId,
        request: RequestId,
        tuple: Tuple,
        deadline_at: Timestamp,
        source: String,
        external_id: String,
    },
    /// A signed receipt of an end, or of what became of its sessions, was made.
    #[serde(rename = "receipt.made.v1")]
    ReceiptMade {
        receipt: uuid::Uuid,
        grant: GrantId,
        request: RequestId,
        /// Of the signed text: SHA-256 in hexadecimal digits.
        digest: String,
        key_id: Option<String>,
    },
    /// Sessions of an ended access from before this moment are denied: AWS shows the policy that does it.
    #[serde(rename = "sessions.cut.v1")]
    SessionsCut { grant: GrantId, request: RequestId, tuple: Tuple, cut_before: Timestamp },
    /// Sessions of an ended access should be denied and are not, or not any more; it is tried again until they have run
    /// out.
    #[serde(rename = "sessions.not_cut.v1")]
    SessionsNotCut { grant: GrantId, request: RequestId, tuple: Tuple, until: Timestamp, why: String },
    /// What is known or attempted about the assignment in AWS changed.
    #[serde(rename = "assignment.changed.v1")]
    AssignmentChanged {
        assignment: AssignmentId,
        tuple: Tuple,
        state: AssignmentState,
        generation: i32,
        origin: Option<Origin>,
        detail: Option<String>,
    },
    /// A rule, policy, guardrail, freeze, binding of owners or schedule was made or changed.
    #[serde(rename = "policy.saved.v1")]
    PolicySaved { kind: Kind, id: uuid::Uuid, version: i64, name: String },
    /// One was taken out of force.
    #[serde(rename = "policy.deleted.v1")]
    PolicyDeleted { kind: Kind, id: uuid::Uuid, name: String },
    /// A change of rules waits for a second person.
    #[serde(rename = "change.proposed.v1")]
    ChangeProposed { change: ChangeId },
    /// It was applied, or refused, withdrawn or overtaken. `alone`: by one admin, where two should have been asked and
    /// there was no second one.
    #[serde(rename = "change.decided.v1")]
    ChangeDecided {
        change: ChangeId,
        applied: bool,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        alone: bool,
    },
    /// What the directory shows made a rule or guardrail reach further.
    #[serde(rename = "policy.matched.v1")]
    PolicyMatched {
        kind: Kind,
        id: uuid::Uuid,
        name: String,
        accounts: Vec<AccountId>,
        permission_sets: Vec<PermissionSetArn>,
    },
    /// An automatic approval or break-glass owes a look by a second person.
    #[serde(rename = "review.opened.v1")]
    ReviewOpened { review: ReviewId, request: RequestId, due_at: Timestamp },
    /// The look is late.
    #[serde(rename = "review.overdue.v1")]
    ReviewOverdue { review: ReviewId, request: RequestId },
    /// Somebody looked.
    #[serde(rename = "review.done.v1")]
    ReviewDone { review: ReviewId, request: RequestId, reviewer: UserId, concern: bool },
    /// Somebody may stand in for somebody.
    #[serde(rename = "delegation.made.v1")]
    DelegationMade { delegation: DelegationId, from: UserId, to: UserId, starts_at: Timestamp, ends_at: Timestamp },
    /// No longer.
    #[serde(rename = "delegation.ended.v1")]
    DelegationEnded { delegation: DelegationId },
    /// An incident began.
    #[serde(rename = "incident.opened.v1")]
    IncidentOpened { incident: IncidentId, title: String },
    /// It is over.
    #[serde(rename = "incident.closed.v1")]
    IncidentClosed { incident: IncidentId },
    /// Somebody keeps what they ask for again and again.
    #[serde(rename = "template.saved.v1")]
    TemplateSaved { template: TemplateId },
    /// No longer.
    #[serde(rename = "template.deleted.v1")]
    TemplateDeleted { template: TemplateId },
    /// Another system's rules, sessions and history were taken over.
    #[serde(rename = "import.applied.v1")]
    ImportApplied { import: uuid::Uuid, source: String, documents: u64, grants: u64, requests: u64 },
    /// A webhook endpoint was made, changed or rotated.
    #[serde(rename = "webhook.saved.v1")]
    WebhookSaved { endpoint: EndpointId, url: String },
    /// A webhook endpoint was removed.
    #[serde(rename = "webhook.deleted.v1")]
    WebhookDeleted { endpoint: EndpointId },
    /// An admin said that what vanished from a part of the directory is truly gone.
    #[serde(rename = "directory.accepted.v1")]
    DirectoryAccepted { part: String },
    /// An admin said who somebody's manager is, or took that back.
    #[serde(rename = "directory.manager.v1")]
    ManagerSaid { user: UserId, manager: Option<UserId> },
}

/// A fact with its circumstances: what the queue, webhooks and the trail carry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Occurred {
    /// The fact's id, the same wherever it is told.
    pub id: FactId,
    /// When it was committed.
    pub at: Timestamp,
    /// Whose doing it was.
    pub actor: Actor,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
}

/// How we know that an access is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// No call to AWS was ever made for it.
    NeverAttempted,
    /// AWS said the deletion succeeded, and a read shows no assignment.
    DeletedAndReadBack { read_at: Timestamp },
    /// AWS knew no assignment, and two reads a while apart show none.
    AbsentTwice { first_at: Timestamp, second_at: Timestamp },
    /// Another grant on the same assignment lives on; the assignment stays.
    KeptByAnotherGrant { grant: GrantId, until: Timestamp },
    /// The assignment was there before Curfew and is left alone.
    PreExistingLeft,
}

impl Fact {
    /// The versioned name, also the routing key.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RequestSubmitted { .. } => "request.submitted.v1",
            Self::RequestApproved { .. } => "request.approved.v1",
            Self::RequestRejected { .. } => "request.rejected.v1",
            Self::RequestCancelled { .. } => "request.cancelled.v1",
            Self::RequestTimedOut { .. } => "request.timed_out.v1",
            Self::BreakGlass { .. } => "request.break_glass.v1",
            Self::RequestCommented { .. } => "request.commented.v1",
            Self::ApprovalVoted { .. } => "approval.voted.v1",
            Self::ApprovalStageBegan { .. } => "approval.stage_began.v1",
            Self::ApprovalReminded { .. } => "approval.reminded.v1",
            Self::ApprovalEscalated { .. } => "approval.escalated.v1",
            Self::ApprovalTightened { .. } => "approval.tightened.v1",
            Self::ApprovalConcluded { .. } => "approval.concluded.v1",
            Self::GrantPostponed { .. } => "grant.postponed.v1",
            Self::GrantStarted { .. } => "grant.started.v1",
            Self::GrantActivated { .. } => "grant.activated.v1",
            Self::GrantExtended { .. } => "grant.extended.v1",
            Self::GrantRevoking { .. } => "grant.revoking.v1",
            Self::GrantEnded { .. } => "grant.ended.v1",
            Self::GrantAdopted { .. } => "grant.adopted.v1",
            Self::ReceiptMade { .. } => "receipt.made.v1",
            Self::SessionsCut { .. } => "sessions.cut.v1",
            Self::SessionsNotCut { .. } => "sessions.not_cut.v1",
            Self::AssignmentChanged { .. } => "assignment.changed.v1",
            Self::PolicySaved { .. } => "policy.saved.v1",
            Self::PolicyDeleted { .. } => "policy.deleted.v1",
            Self::PolicyMatched { .. } => "policy.matched.v1",
            Self::ChangeProposed { .. } => "change.proposed.v1",
            Self::ChangeDecided { .. } => "change.decided.v1",
            Self::ReviewOpened { .. } => "review.opened.v1",
            Self::ReviewOverdue { .. } => "review.overdue.v1",
            Self::ReviewDone { .. } => "review.done.v1",
            Self::DelegationMade { .. } => "delegation.made.v1",
            Self::DelegationEnded { .. } => "delegation.ended.v1",
            Self::IncidentOpened { .. } => "incident.opened.v1",
            Self::IncidentClosed { .. } => "incident.closed.v1",
            Self::TemplateSaved { .. } => "template.saved.v1",
            Self::TemplateDeleted { .. } => "template.deleted.v1",
            Self::ImportApplied { .. } => "import.applied.v1",
            Self::WebhookSaved { .. } => "webhook.saved.v1",
            Self::WebhookDeleted { .. } => "webhook.deleted.v1",
            Self::DirectoryAccepted { .. } => "directory.accepted.v1",
            Self::ManagerSaid { .. } => "directory.manager.v1",
        }
    }

    /// Whether others hear of it. The rest is for the trail alone: steps between two conclusions.
    #[must_use]
    pub const fn is_published(&self) -> bool {
        !matches!(
            self,
            Self::ApprovalVoted { .. }
                | Self::GrantStarted { .. }
                | Self::AssignmentChanged { .. }
                | Self::ReceiptMade { .. }
                | Self::TemplateSaved { .. }
                | Self::TemplateDeleted { .. }
                | Self::DirectoryAccepted { .. }
                | Self::ManagerSaid { .. }
        )
    }

    /// What it is about, for looking up the trail: kind and id.
    #[must_use]
    pub fn subject(&self) -> (&'static str, uuid::Uuid) {
        match self {
            Self::RequestSubmitted { request, .. }
            | Self::RequestApproved { request, .. }
            | Self::RequestRejected { request, .. }
            | Self::RequestCancelled { request }
            | Self::RequestTimedOut { request }
            | Self::BreakGlass { request, .. }
            | Self::RequestCommented { request, .. }
            | Self::ApprovalVoted { request, .. }
            | Self::ApprovalStageBegan { request, .. }
            | Self::ApprovalReminded { request, .. }
            | Self::ApprovalEscalated { request, .. }
            | Self::ApprovalTightened { request, .. }
            | Self::ApprovalConcluded { request, .. } => ("request", request.uuid()),
            Self::GrantPostponed { grant, .. }
            | Self::GrantStarted { grant, .. }
            | Self::GrantActivated { grant, .. }
            | Self::GrantExtended { grant, .. }
            | Self::GrantRevoking { grant, .. }
            | Self::GrantEnded { grant, .. }
            | Self::SessionsCut { grant, .. }
            | Self::SessionsNotCut { grant, .. }
            | Self::GrantAdopted { grant, .. } => ("grant", grant.uuid()),
            Self::ReceiptMade { receipt, .. } => ("receipt", *receipt),
            Self::ImportApplied { import, .. } => ("import", *import),
            Self::AssignmentChanged { assignment, .. } => ("assignment", assignment.uuid()),
            Self::PolicySaved { kind, id, .. }
            | Self::PolicyDeleted { kind, id, .. }
            | Self::PolicyMatched { kind, id, .. } => (kind.as_str(), *id),
            Self::ChangeProposed { change } | Self::ChangeDecided { change, .. } => ("change", change.uuid()),
            Self::ReviewOpened { review, .. }
            | Self::ReviewOverdue { review, .. }
            | Self::ReviewDone { review, .. } => ("review", review.uuid()),
            Self::DelegationMade { delegation, .. } | Self::DelegationEnded { delegation } => {
                ("delegation", delegation.uuid())
            }
            Self::IncidentOpened { incident, .. } | Self::IncidentClosed { incident } => ("incident", incident.uuid()),
            Self::TemplateSaved { template } | Self::TemplateDeleted { template } => ("template", template.uuid()),
            Self::WebhookSaved { endpoint, .. } | Self::WebhookDeleted { endpoint } => ("webhook", endpoint.uuid()),
            // There is only one.
            Self::DirectoryAccepted { .. } | Self::ManagerSaid { .. } => ("directory", uuid::Uuid::nil()),
        }
    }

    /// The request that it belongs to, where there is one.
    #[must_use]
    pub const fn request(&self) -> Option<RequestId> {
        match self {
            Self::RequestSubmitted { request, .. }
            | Self::RequestApproved { request, .. }
            | Self::RequestRejected { request, .. }
            | Self::RequestCancelled { request }
            | Self::RequestTimedOut { request }
            | Self::BreakGlass { request, .. }
            | Self::RequestCommented { request, .. }
            | Self::ApprovalVoted { request, .. }
            | Self::ApprovalStageBegan { request, .. }
            | Self::ApprovalReminded { request, .. }
            | Self::ApprovalEscalated { request, .. }
            | Self::ApprovalTightened { request, .. }
            | Self::ApprovalConcluded { request, .. }
            | Self::ReviewOpened { request, .. }
            | Self::ReviewOverdue { request, .. }
            | Self::ReviewDone { request, .. }
            | Self::GrantPostponed { request, .. }
            | Self::GrantStarted { request, .. }
            | Self::GrantActivated { request, .. }
            | Self::GrantExtended { request, .. }
            | Self::GrantRevoking { request, .. }
            | Self::GrantEnded { request, .. }
            | Self::ReceiptMade { request, .. }
            | Self::SessionsCut { request, .. }
            | Self::SessionsNotCut { request, .. }
            | Self::GrantAdopted { request, .. } => Some(*request),
            Self::AssignmentChanged { .. }
            | Self::ImportApplied { .. }
            | Self::PolicySaved { .. }
            | Self::PolicyDeleted { .. }
            | Self::PolicyMatched { .. }
            | Self::ChangeProposed { .. }
            | Self::ChangeDecided { .. }
            | Self::DelegationMade { .. }
            | Self::DelegationEnded { .. }
            | Self::IncidentOpened { .. }
            | Self::IncidentClosed { .. }
            | Self::TemplateSaved { .. }
            | Self::TemplateDeleted { .. }
            | Self::WebhookSaved { .. }
            | Self::WebhookDeleted { .. }
            | Self::ManagerSaid { .. }
            | Self::DirectoryAccepted { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_tag_on_the_wire() {
        let fact = Fact::RequestCancelled { request: RequestId(uuid::Uuid::nil()) };
        let wire = serde_json::to_value(&fact).unwrap();
        assert_eq!(
            wire,
            serde_json::json!({
                "type": fact.name(),
                "data": {"request": "00000000-0000-0000-0000-000000000000"}
            })
        );
        assert_eq!(serde_json::from_value::<Fact>(wire).unwrap(), fact);
    }
}
