//! What a fact is about.

use super::Fact;

impl Fact {
    /// What it is about, for looking up the trail: kind and id.
    #[must_use]
    pub fn subject(&self) -> (&'static str, uuid::Uuid) {
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
            | Self::ApprovalConcluded { request, .. } => ("request", request.uuid()),
            Self::GrantPostponed { grant, .. }
            | Self::GrantStarted { grant, .. }
            | Self::GrantActivated { grant, .. }
            | Self::GrantExtended { grant, .. }
            | Self::GrantExtensionFailed { grant, .. }
            | Self::GrantRevoking { grant, .. }
            | Self::GrantEnded { grant, .. }
            | Self::GrantRetried { grant, .. }
            | Self::GrantForceRevoked { grant, .. }
            | Self::GrantOverdue { grant, .. }
            | Self::GrantOverdueCleared { grant, .. }
            | Self::SessionsCut { grant, .. }
            | Self::SessionsNotCut { grant, .. }
            | Self::GrantAdopted { grant, .. } => ("grant", grant.uuid()),
            Self::EmergencyProposed { emergency, .. }
            | Self::EmergencyDeclared { emergency, .. }
            | Self::EmergencyDropped { emergency }
            | Self::EmergencyFinished { emergency, .. } => ("emergency", emergency.uuid()),
            Self::ParkedRaised { id, .. } | Self::ParkedCleared { id, .. } => ("parked", id.unwrap_or_default()),
            Self::ParkedHandled { id, .. } => ("parked", *id),
            Self::ReceiptMade { receipt, .. } => ("receipt", *receipt),
            Self::ImportApplied { import, .. } => ("import", *import),
            Self::AssignmentChanged { assignment, .. }
            | Self::BackstopChanged { assignment, .. }
            | Self::AssignmentRemovedOffline { assignment, .. } => ("assignment", assignment.uuid()),
            Self::DriftFound { drift, .. } | Self::DriftResolved { drift, .. } | Self::DriftAcknowledged { drift } => {
                ("drift", drift.uuid())
            }
            Self::DriftBraked { .. } | Self::DriftBrakeReleased { .. } => ("drift", uuid::Uuid::nil()),
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
            Self::ViewSaved { view } | Self::ViewDeleted { view } => ("view", view.uuid()),
            // Who it is about is in the fact.
            Self::ProfileSaved { .. } => ("profile", uuid::Uuid::nil()),
            Self::WebhookSaved { endpoint, .. } | Self::WebhookDeleted { endpoint } => ("webhook", endpoint.uuid()),
            // There is only one.
            Self::DirectoryAccepted { .. }
            | Self::DirectoryWanted { .. }
            | Self::ManagerSaid { .. }
            | Self::LeaverEnded { .. } => ("directory", uuid::Uuid::nil()),
        }
    }
}
