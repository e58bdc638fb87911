//! What the answers say.

use domain::drift::DriftKind;
use domain::{AssignmentId, DriftId, Tuple};
use jiff::Timestamp;
use serde::Serialize;
use store::drift::Drift;
use utoipa::ToSchema;

/// A difference.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriftView {
    id: DriftId,
    /// How they differ.
    kind: DriftKind,
    /// About whom, where and what.
    tuple: Tuple,
    /// What is known of it, where anything is.
    assignment: Option<AssignmentId>,
    /// When it was first seen.
    found_at: Timestamp,
    /// Whose call it was, as CloudTrail tells: an ARN.
    done_by: Option<String>,
    /// When the call was made.
    done_at: Option<Timestamp>,
    /// Since when an orphan is being removed.
    repaired_at: Option<Timestamp>,
    /// When it was over.
    resolved_at: Option<Timestamp>,
    /// Who leaves it as it is.
    acknowledged_by: Option<String>,
    /// Since when.
    acknowledged_at: Option<Timestamp>,
    /// What they said.
    comment: Option<String>,
}

impl DriftView {
    /// Where a page ends.
    pub const fn id(&self) -> DriftId {
        self.id
    }
}

impl From<Drift> for DriftView {
    fn from(drift: Drift) -> Self {
        Self {
            id: drift.id,
            kind: drift.kind,
            tuple: drift.tuple,
            assignment: drift.assignment,
            found_at: drift.found_at,
            done_by: drift.done_by,
            done_at: drift.done_at,
            repaired_at: drift.repaired_at,
            resolved_at: drift.resolved_at,
            acknowledged_by: drift.acknowledged_by,
            acknowledged_at: drift.acknowledged_at,
            comment: drift.comment,
        }
    }
}
