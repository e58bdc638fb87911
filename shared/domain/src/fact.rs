//! What happened, in the past tense: the same value goes to the trail and, where others need to hear of
//! it, through the outbox to the queue and to webhooks. Thin on purpose: ids and the few things that
//! cannot be read again later. No order of arrival is promised.

mod belonging;
mod evidence;
mod occurred;
mod published;
mod subject;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::approval::{Channel, Decision};
use crate::assignment::{AssignmentState, Origin};
use crate::backstop::BackstopState;
use crate::drift::DriftKind;
use crate::emergency::{Scope, Switch};
use crate::grant::EndReason;
use crate::parked::{Handling, ParkedKind};
use crate::rules::{Kind, Severity};
use crate::{
    AccountId, ApprovalId, AssignmentId, ChangeId, CommentId, DelegationId, DriftId, EmergencyId, EndpointId, GrantId,
    IncidentId, Pair, PermissionSetArn, RequestId, ReviewId, RuleId, TemplateId, Tuple, UserId, ViewId,
};

pub use evidence::Evidence;
pub use occurred::Occurred;

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
    /// The requester took it back, or Curfew closed it because of what it says.
    #[serde(rename = "request.cancelled.v1")]
    RequestCancelled {
        request: RequestId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<EndReason>,
    },
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
    /// An approved extension did not take: the backstop in AWS could not be moved in time. `request` is the extension.
    #[serde(rename = "grant.extension_failed.v1")]
    GrantExtensionFailed { grant: GrantId, request: RequestId, deadline_at: Timestamp, why: String },
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
    /// A failed access is tried again inside the time that was approved for it, as a grant of its own.
    #[serde(rename = "grant.retried.v1")]
    GrantRetried { grant: GrantId, request: RequestId, tuple: Tuple, of: GrantId },
    /// An admin had the removal tried at once, or doubted that an access is gone; `seen` is what AWS showed then.
    #[serde(rename = "grant.force_revoked.v1")]
    GrantForceRevoked { grant: GrantId, request: RequestId, tuple: Tuple, seen: Option<bool> },
    /// An access that should be gone is not: told after a minute, after ten, and then each hour.
    #[serde(rename = "grant.overdue.v1")]
    GrantOverdue {
        grant: GrantId,
        request: RequestId,
        tuple: Tuple,
        since: Timestamp,
        overdue_s: i64,
        tries: i32,
        last_error: Option<String>,
    },
    /// It is gone now.
    #[serde(rename = "grant.overdue_cleared.v1")]
    GrantOverdueCleared { grant: GrantId, request: RequestId, tuple: Tuple, overdue_s: i64 },
    /// Somebody who is disabled or gone lost their access.
    #[serde(rename = "leaver.ended.v1")]
    LeaverEnded { user: UserId, gone: bool, grants: Vec<GrantId> },
    /// The emergency button was pressed, and a second person has to agree.
    #[serde(rename = "emergency.proposed.v1")]
    EmergencyProposed { emergency: EmergencyId, ends: Option<Scope>, switch: Option<Switch>, reason: String },
    /// It takes effect. `alone`: by one admin, where two should have been asked and there was no second one.
    #[serde(rename = "emergency.declared.v1")]
    EmergencyDeclared {
        emergency: EmergencyId,
        ends: Option<Scope>,
        switch: Option<Switch>,
        reason: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        alone: bool,
    },
    /// A second person refused it, or whoever proposed it took it back.
    #[serde(rename = "emergency.dropped.v1")]
    EmergencyDropped { emergency: EmergencyId },
    /// Everything that it ends has been ended; what AWS still shows is being removed.
    #[serde(rename = "emergency.finished.v1")]
    EmergencyFinished { emergency: EmergencyId, grants: i64, requests: i64 },
    /// Something cannot go on by itself. Without an id there are some of this kind.
    #[serde(rename = "parked.raised.v1")]
    ParkedRaised { kind: ParkedKind, id: Option<uuid::Uuid>, count: i64, why: String },
    /// No longer.
    #[serde(rename = "parked.cleared.v1")]
    ParkedCleared { kind: ParkedKind, id: Option<uuid::Uuid> },
    /// An operator did something about it.
    #[serde(rename = "parked.handled.v1")]
    ParkedHandled { kind: ParkedKind, id: uuid::Uuid, handling: Handling, note: Option<String> },
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
    /// What is known of the schedule that removes the assignment when all of us are gone changed.
    #[serde(rename = "backstop.changed.v1")]
    BackstopChanged {
        assignment: AssignmentId,
        generation: i32,
        name: String,
        state: BackstopState,
        covers_until: Option<Timestamp>,
        fires_at: Option<Timestamp>,
    },
    /// Its time was up while Postgres was away, and it was removed from memory; this is how it is known to be gone.
    #[serde(rename = "assignment.removed_offline.v1")]
    AssignmentRemovedOffline {
        assignment: AssignmentId,
        tuple: Tuple,
        generation: i32,
        deadline_at: Timestamp,
        evidence: Evidence,
    },
    /// AWS and what is known differ. `by` did it, as far as CloudTrail tells, at `done_at`.
    #[serde(rename = "drift.found.v1")]
    DriftFound {
        drift: DriftId,
        kind: DriftKind,
        tuple: Tuple,
        assignment: Option<AssignmentId>,
        by: Option<String>,
        done_at: Option<Timestamp>,
    },
    /// They agree again, or what was found turned out to be something else.
    #[serde(rename = "drift.resolved.v1")]
    DriftResolved { drift: DriftId, kind: DriftKind, tuple: Tuple },
    /// Somebody saw it and leaves it as it is.
    #[serde(rename = "drift.acknowledged.v1")]
    DriftAcknowledged { drift: DriftId },
    /// So many orphans at once are not usual: none is removed until an admin says so. `ours` are known besides.
    #[serde(rename = "drift.braked.v1")]
    DriftBraked { orphans: u64, ours: u64 },
    /// An admin says that the orphans shall go.
    #[serde(rename = "drift.brake_released.v1")]
    DriftBrakeReleased { orphans: u64 },
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
    /// Somebody keeps what of the history they look at again and again.
    #[serde(rename = "view.saved.v1")]
    ViewSaved { view: ViewId },
    /// No longer.
    #[serde(rename = "view.deleted.v1")]
    ViewDeleted { view: ViewId },
    /// Somebody chose how pages look for them.
    #[serde(rename = "profile.saved.v1")]
    ProfileSaved { user: UserId },
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
    /// An admin wants parts of the directory to be read anew.
    #[serde(rename = "directory.wanted.v1")]
    DirectoryWanted { parts: Vec<String> },
    /// An admin said who somebody's manager is, or took that back.
    #[serde(rename = "directory.manager.v1")]
    ManagerSaid { user: UserId, manager: Option<UserId> },
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
            Self::GrantExtensionFailed { .. } => "grant.extension_failed.v1",
            Self::BackstopChanged { .. } => "backstop.changed.v1",
            Self::GrantRevoking { .. } => "grant.revoking.v1",
            Self::GrantEnded { .. } => "grant.ended.v1",
            Self::GrantAdopted { .. } => "grant.adopted.v1",
            Self::GrantRetried { .. } => "grant.retried.v1",
            Self::GrantForceRevoked { .. } => "grant.force_revoked.v1",
            Self::GrantOverdue { .. } => "grant.overdue.v1",
            Self::GrantOverdueCleared { .. } => "grant.overdue_cleared.v1",
            Self::LeaverEnded { .. } => "leaver.ended.v1",
            Self::EmergencyProposed { .. } => "emergency.proposed.v1",
            Self::EmergencyDeclared { .. } => "emergency.declared.v1",
            Self::EmergencyDropped { .. } => "emergency.dropped.v1",
            Self::EmergencyFinished { .. } => "emergency.finished.v1",
            Self::ParkedRaised { .. } => "parked.raised.v1",
            Self::ParkedCleared { .. } => "parked.cleared.v1",
            Self::ParkedHandled { .. } => "parked.handled.v1",
            Self::ReceiptMade { .. } => "receipt.made.v1",
            Self::SessionsCut { .. } => "sessions.cut.v1",
            Self::SessionsNotCut { .. } => "sessions.not_cut.v1",
            Self::AssignmentChanged { .. } => "assignment.changed.v1",
            Self::AssignmentRemovedOffline { .. } => "assignment.removed_offline.v1",
            Self::DriftFound { .. } => "drift.found.v1",
            Self::DriftResolved { .. } => "drift.resolved.v1",
            Self::DriftAcknowledged { .. } => "drift.acknowledged.v1",
            Self::DriftBraked { .. } => "drift.braked.v1",
            Self::DriftBrakeReleased { .. } => "drift.brake_released.v1",
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
            Self::ViewSaved { .. } => "view.saved.v1",
            Self::ViewDeleted { .. } => "view.deleted.v1",
            Self::ProfileSaved { .. } => "profile.saved.v1",
            Self::ImportApplied { .. } => "import.applied.v1",
            Self::WebhookSaved { .. } => "webhook.saved.v1",
            Self::WebhookDeleted { .. } => "webhook.deleted.v1",
            Self::DirectoryAccepted { .. } => "directory.accepted.v1",
            Self::DirectoryWanted { .. } => "directory.wanted.v1",
            Self::ManagerSaid { .. } => "directory.manager.v1",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_tag_on_the_wire() {
        let fact = Fact::RequestCancelled { request: RequestId(uuid::Uuid::nil()), because: None };
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
