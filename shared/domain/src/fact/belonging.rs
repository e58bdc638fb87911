//! Which request a fact belongs to.

use super::Fact;
use crate::RequestId;

impl Fact {
    /// The request that it belongs to, where there is one.
    #[must_use]
    pub const fn request(&self) -> Option<RequestId> {
        match self {
            Self::RequestSubmitted { request, .. }
            | Self::RequestApproved { request, .. }
            | Self::RequestRejected { request, .. }
            | Self::RequestCancelled { request, .. }
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
            | Self::GrantExtensionFailed { request, .. }
            | Self::GrantRevoking { request, .. }
            | Self::GrantEnded { request, .. }
            | Self::GrantRetried { request, .. }
            | Self::GrantForceRevoked { request, .. }
            | Self::GrantOverdue { request, .. }
            | Self::GrantOverdueCleared { request, .. }
            | Self::ReceiptMade { request, .. }
            | Self::SessionsCut { request, .. }
            | Self::SessionsNotCut { request, .. }
            | Self::GrantAdopted { request, .. } => Some(*request),
            Self::AssignmentChanged { .. }
            | Self::BackstopChanged { .. }
            | Self::AssignmentRemovedOffline { .. }
            | Self::DriftFound { .. }
            | Self::DriftResolved { .. }
            | Self::DriftAcknowledged { .. }
            | Self::DriftBraked { .. }
            | Self::DriftBrakeReleased { .. }
            | Self::LeaverEnded { .. }
            | Self::EmergencyProposed { .. }
            | Self::EmergencyDeclared { .. }
            | Self::EmergencyDropped { .. }
            | Self::EmergencyFinished { .. }
            | Self::ParkedRaised { .. }
            | Self::ParkedCleared { .. }
            | Self::ParkedHandled { .. }
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
            | Self::ViewSaved { .. }
            | Self::ViewDeleted { .. }
            | Self::ProfileSaved { .. }
            | Self::WebhookSaved { .. }
            | Self::WebhookDeleted { .. }
            | Self::ManagerSaid { .. }
            | Self::DirectoryAccepted { .. }
            | Self::DirectoryWanted { .. } => None,
        }
    }
}
