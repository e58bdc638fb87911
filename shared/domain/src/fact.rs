//! What happened, in the past tense: the same value goes to the trail and, where others need to hear of
//! it, through the outbox to the queue and to webhooks. Thin on purpose: ids and the few things that
//! cannot be read again later. No order of arrival is promised.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::approval::{Channel, Decision};
use crate::assignment::{AssignmentState, Origin};
use crate::grant::EndReason;
use crate::{Actor, ApprovalId, AssignmentId, EndpointId, FactId, GrantId, Pair, RequestId, RuleId, Tuple, UserId};

/// A committed change of state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", content = "data")]
pub enum Fact {
    /// Somebody asked.
    #[serde(rename = "request.submitted.v1")]
    RequestSubmitted {
        request: RequestId,
        approval: Option<ApprovalId>,
        requester: UserId,
        beneficiary: UserId,
        pairs: Vec<Pair>,
        minutes: i64,
        start_at: Option<Timestamp>,
        extends: Option<GrantId>,
    },
    /// The request was approved; these grants exist now.
    #[serde(rename = "request.approved.v1")]
    RequestApproved { request: RequestId, grants: Vec<GrantId>, automatic: bool, by: Option<UserId> },
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
    ApprovalVoted { approval: ApprovalId, request: RequestId, voter: UserId, decision: Decision, channel: Channel },
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
    /// A rule was made or changed.
    #[serde(rename = "rule.saved.v1")]
    RuleSaved { rule: RuleId, version: i64, name: String },
    /// A rule was taken out of force.
    #[serde(rename = "rule.deleted.v1")]
    RuleDeleted { rule: RuleId, name: String },
    /// A webhook endpoint was made, changed or rotated.
    #[serde(rename = "webhook.saved.v1")]
    WebhookSaved { endpoint: EndpointId, url: String },
    /// A webhook endpoint was removed.
    #[serde(rename = "webhook.deleted.v1")]
    WebhookDeleted { endpoint: EndpointId },
    /// An admin said that what vanished from a part of the directory is truly gone.
    #[serde(rename = "directory.accepted.v1")]
    DirectoryAccepted { part: String },
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
            Self::ApprovalVoted { .. } => "approval.voted.v1",
            Self::GrantStarted { .. } => "grant.started.v1",
            Self::GrantActivated { .. } => "grant.activated.v1",
            Self::GrantExtended { .. } => "grant.extended.v1",
            Self::GrantRevoking { .. } => "grant.revoking.v1",
            Self::GrantEnded { .. } => "grant.ended.v1",
            Self::AssignmentChanged { .. } => "assignment.changed.v1",
            Self::RuleSaved { .. } => "rule.saved.v1",
            Self::RuleDeleted { .. } => "rule.deleted.v1",
            Self::WebhookSaved { .. } => "webhook.saved.v1",
            Self::WebhookDeleted { .. } => "webhook.deleted.v1",
            Self::DirectoryAccepted { .. } => "directory.accepted.v1",
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
                | Self::DirectoryAccepted { .. }
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
            | Self::ApprovalVoted { request, .. } => ("request", request.uuid()),
            Self::GrantStarted { grant, .. }
            | Self::GrantActivated { grant, .. }
            | Self::GrantExtended { grant, .. }
            | Self::GrantRevoking { grant, .. }
            | Self::GrantEnded { grant, .. } => ("grant", grant.uuid()),
            Self::AssignmentChanged { assignment, .. } => ("assignment", assignment.uuid()),
            Self::RuleSaved { rule, .. } | Self::RuleDeleted { rule, .. } => ("rule", rule.uuid()),
            Self::WebhookSaved { endpoint, .. } | Self::WebhookDeleted { endpoint } => ("webhook", endpoint.uuid()),
            // There is only one.
            Self::DirectoryAccepted { .. } => ("directory", uuid::Uuid::nil()),
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
            | Self::ApprovalVoted { request, .. }
            | Self::GrantStarted { request, .. }
            | Self::GrantActivated { request, .. }
            | Self::GrantExtended { request, .. }
            | Self::GrantRevoking { request, .. }
            | Self::GrantEnded { request, .. } => Some(*request),
            Self::AssignmentChanged { .. }
            | Self::RuleSaved { .. }
            | Self::RuleDeleted { .. }
            | Self::WebhookSaved { .. }
            | Self::WebhookDeleted { .. }
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
