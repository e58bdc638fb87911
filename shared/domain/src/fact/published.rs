//! What others hear of.

use super::Fact;

impl Fact {
    /// Whether others hear of it. The rest is for the trail alone: steps between two conclusions.
    #[must_use]
    pub const fn is_published(&self) -> bool {
        !matches!(
            self,
            Self::ApprovalVoted { .. }
                | Self::GrantStarted { .. }
                | Self::AssignmentChanged { .. }
                | Self::BackstopChanged { .. }
                | Self::ParkedHandled { .. }
                | Self::DriftResolved { .. }
                | Self::ReceiptMade { .. }
                | Self::TemplateSaved { .. }
                | Self::TemplateDeleted { .. }
                | Self::ViewSaved { .. }
                | Self::ViewDeleted { .. }
                | Self::ProfileSaved { .. }
                | Self::DirectoryAccepted { .. }
                | Self::DirectoryWanted { .. }
                | Self::ManagerSaid { .. }
        )
    }
}
