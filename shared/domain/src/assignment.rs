//! An assignment's life: the tuple (principal, account, permission set) in AWS, shared by the grants
//! that overlap on it.

use serde::{Deserialize, Serialize};

/// What Curfew knows of the tuple in AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentState {
    /// Curfew holds nothing there.
    Absent,
    /// A creation was attempted.
    Creating,
    /// Read back as present.
    Present,
    /// A deletion was attempted.
    Deleting,
}

/// Who made the assignment. Committed once per generation, before the first attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Curfew; it may be removed.
    Ours,
    /// It was there before; it is left alone.
    PreExisting,
}

/// What a worker has to do about an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    /// Nothing until a grant changes.
    None,
    /// Make it present, or see that it is: the grant service's.
    Create,
    /// Make it absent, or see that it is: the revocation service's.
    Delete,
    /// Look now and then whether a removed one shows again: the revocation service's.
    Watch,
}

/// How many grants stand in which state on one assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Holders {
    /// Grants waiting to see it present.
    pub granting: i64,
    /// Grants that have it.
    pub active: i64,
    /// Grants waiting to see it gone.
    pub revoking: i64,
}

/// What is to be done, from what is known and who holds it. The one place that decides.
#[must_use]
pub fn work_for(state: AssignmentState, holders: Holders, watched: bool) -> Work {
    let held = holders.granting + holders.active > 0;
    match (state, held) {
        // A deletion under way is finished before the tuple is made again.
        (AssignmentState::Deleting, _) => Work::Delete,
        (AssignmentState::Absent | AssignmentState::Creating, true) => Work::Create,
        // Present and somebody waits: see that it is still there. Grants that only leave need no call;
        // the revocation service lets them go.
        (AssignmentState::Present, true) => {
            if holders.granting > 0 {
                Work::Create
            } else {
                Work::None
            }
        }
        (AssignmentState::Creating | AssignmentState::Present, false) => Work::Delete,
        (AssignmentState::Absent, false) => {
            if holders.revoking > 0 {
                Work::Delete
            } else if watched {
                Work::Watch
            } else {
                Work::None
            }
        }
    }
}

impl AssignmentState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Absent, Self::Creating, Self::Present, Self::Deleting];

    /// The state's name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Creating => "creating",
            Self::Present => "present",
            Self::Deleting => "deleting",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }
}

impl Origin {
    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::PreExisting => "pre_existing",
        }
    }

    /// The origin of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Ours, Self::PreExisting].into_iter().find(|o| o.as_str() == name)
    }

    /// What a first read means: never `pre_existing` while an earlier generation of ours may still echo.
    #[must_use]
    pub const fn from_first_read(present: bool, generation_is_recent: bool) -> Self {
        if present && !generation_is_recent { Self::PreExisting } else { Self::Ours }
    }
}

impl Work {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Watch => "watch",
        }
    }

    /// The work of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::None, Self::Create, Self::Delete, Self::Watch].into_iter().find(|w| w.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_for_ever() {
        for state in AssignmentState::ALL {
            for bits in 0..8_i64 {
                let holders = Holders { granting: bits & 1, active: (bits >> 1) & 1, revoking: (bits >> 2) & 1 };
                let work = work_for(state, holders, false);
                let leaves_alone = holders.revoking > 0 && holders.active == 0;
                if holders.granting > 0 || leaves_alone {
                    assert_ne!(work, Work::None, "{state:?} {holders:?}");
                }
                if holders.granting + holders.active == 0 && state != AssignmentState::Absent {
                    assert_eq!(work, Work::Delete, "{state:?} {holders:?}");
                }
                if holders.active > 0 {
                    assert!(work != Work::Delete || state == AssignmentState::Deleting, "{state:?} {holders:?}");
                }
            }
        }
    }

    #[test]
    fn a_quiet_present_assignment_is_left_alone() {
        let holders = Holders { active: 2, ..Holders::default() };
        assert_eq!(work_for(AssignmentState::Present, holders, false), Work::None);
    }

    #[test]
    fn in_doubt_it_is_ours() {
        assert_eq!(Origin::from_first_read(true, false), Origin::PreExisting);
        assert_eq!(Origin::from_first_read(true, true), Origin::Ours);
        assert_eq!(Origin::from_first_read(false, false), Origin::Ours);
    }
}
