//! Drift: where AWS and the ledger of assignments do not agree.

use serde::{Deserialize, Serialize};

use crate::assignment::{AssignmentState, Origin};

/// How they differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DriftKind {
    /// Its time is over, and AWS still shows it. It is being removed.
    Overdue,
    /// Curfew made it and knows nothing of it, as after a database was restored. It is taken into the ledger and removed.
    Orphaned,
    /// The ledger has it and AWS does not: somebody removed it outside Curfew.
    Vanished,
    /// Somebody made it outside Curfew. It is left alone.
    Foreign,
}

impl DriftKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Overdue, Self::Orphaned, Self::Vanished, Self::Foreign];

    /// The kind's name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Orphaned => "orphaned",
            Self::Vanished => "vanished",
            Self::Foreign => "foreign",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What the ledger knows of a tuple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// What is known of the assignment.
    pub state: AssignmentState,
    /// Who made it.
    pub origin: Option<Origin>,
    /// Whether a worker has it, or a call of ours may be under way.
    pub in_hand: bool,
    /// Whether a removal of ours may still echo.
    pub watched: bool,
    /// Whether it should have been gone for a while.
    pub late: bool,
}

/// What is to be said about a tuple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Both agree, or will by what is being done.
    InOrder,
    /// Something we removed shows again: it is looked at now instead of later.
    ShowsAgain,
    /// They differ like this.
    Drifted(DriftKind),
    /// It is there and unknown: orphaned if it was us who made it, else foreign.
    Strange,
}

/// Holds what AWS shows of a tuple against what the ledger knows of it.
#[must_use]
pub const fn judge(known: Option<Known>, shown: bool) -> Verdict {
    let Some(known) = known else { return if shown { Verdict::Strange } else { Verdict::InOrder } };
    match (known.state, shown) {
        (AssignmentState::Absent, true) if known.in_hand => Verdict::InOrder,
        (AssignmentState::Absent, true) if known.watched => Verdict::ShowsAgain,
        (AssignmentState::Absent, true) => Verdict::Strange,
        (AssignmentState::Creating | AssignmentState::Present | AssignmentState::Deleting, true) => {
            if known.late && !matches!(known.origin, Some(Origin::PreExisting)) {
                Verdict::Drifted(DriftKind::Overdue)
            } else {
                Verdict::InOrder
            }
        }
        (AssignmentState::Present, false) if !known.in_hand && !known.late => Verdict::Drifted(DriftKind::Vanished),
        // What is on its way in or out is the workers'.
        (
            AssignmentState::Absent | AssignmentState::Creating | AssignmentState::Present | AssignmentState::Deleting,
            false,
        ) => Verdict::InOrder,
    }
}

/// Whether so many repairs in one run are more than is usual: more than `least`, and more than `percent` of what is
/// known to be ours together with them.
#[must_use]
pub const fn is_abnormal(repairs: u64, ours: u64, least: u64, percent: u64) -> bool {
    repairs > least && repairs.saturating_mul(100) > percent.saturating_mul(ours.saturating_add(repairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Known = Known {
        state: AssignmentState::Present,
        origin: Some(Origin::Ours),
        in_hand: false,
        watched: false,
        late: false,
    };

    #[test]
    fn what_aws_shows_is_held_against_what_is_known() {
        use AssignmentState::{Absent, Creating, Deleting};
        let present = QUIET;
        let absent = Known { state: Absent, origin: None, ..QUIET };
        let late = Known { late: true, ..QUIET };
        let standing = Known { origin: Some(Origin::PreExisting), ..QUIET };
        for (known, shown, verdict) in [
            (None, false, Verdict::InOrder),
            (None, true, Verdict::Strange),
            (Some(present), true, Verdict::InOrder),
            (Some(present), false, Verdict::Drifted(DriftKind::Vanished)),
            (Some(Known { in_hand: true, ..present }), false, Verdict::InOrder),
            (Some(late), true, Verdict::Drifted(DriftKind::Overdue)),
            (Some(late), false, Verdict::InOrder),
            (Some(Known { state: Deleting, ..late }), true, Verdict::Drifted(DriftKind::Overdue)),
            (Some(Known { state: Deleting, ..present }), true, Verdict::InOrder),
            (Some(Known { state: Creating, ..present }), false, Verdict::InOrder),
            (Some(standing), true, Verdict::InOrder),
            (Some(Known { late: true, ..standing }), true, Verdict::InOrder),
            (Some(standing), false, Verdict::Drifted(DriftKind::Vanished)),
            (Some(absent), false, Verdict::InOrder),
            (Some(absent), true, Verdict::Strange),
            (Some(Known { watched: true, ..absent }), true, Verdict::ShowsAgain),
            (Some(Known { in_hand: true, watched: true, ..absent }), true, Verdict::InOrder),
        ] {
            assert_eq!(judge(known, shown), verdict, "{known:?} shown: {shown}");
        }
    }

    #[test]
    fn few_repairs_are_never_abnormal_and_many_are_by_their_share() {
        for (repairs, ours, abnormal) in
            [(0, 0, false), (5, 0, false), (6, 0, true), (6, 94, false), (10, 90, false), (11, 89, true)]
        {
            assert_eq!(is_abnormal(repairs, ours, 5, 10), abnormal, "{repairs} of {ours}");
        }
    }
}
