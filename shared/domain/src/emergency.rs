//! The emergency button: what it ends, and whether it stops new access from beginning.

use serde::{Deserialize, Serialize};

use crate::{AccountId, UserId};

/// Whose or where access ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Scope {
    /// Everybody's, everywhere.
    Everything,
    /// A person's, everywhere.
    User {
        /// Who.
        user: UserId,
    },
    /// Everybody's in an account.
    Account {
        /// Where.
        account: AccountId,
    },
}

/// What becomes of access that has not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// Nothing begins until somebody resumes it.
    Pause,
    /// It begins again.
    Resume,
}

/// How many admins must stand behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caution {
    /// One, whatever it does.
    Never,
    /// Two for resuming; stopping is one person's to do.
    Resume,
    /// Two, whatever it does.
    Always,
}

impl Caution {
    /// Whether a second person has to agree.
    #[must_use]
    pub const fn needs_two(self, switch: Option<Switch>) -> bool {
        match self {
            Self::Never => false,
            Self::Resume => matches!(switch, Some(Switch::Resume)),
            Self::Always => true,
        }
    }
}

impl Scope {
    /// Its kind in the database and on the wire.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::User { .. } => "user",
            Self::Account { .. } => "account",
        }
    }
}

impl Switch {
    /// Its name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Pause, Self::Resume].into_iter().find(|switch| switch.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stopping_is_one_persons_to_do_unless_two_are_always_asked() {
        let table = [
            (Caution::Never, None, false),
            (Caution::Never, Some(Switch::Pause), false),
            (Caution::Never, Some(Switch::Resume), false),
            (Caution::Resume, None, false),
            (Caution::Resume, Some(Switch::Pause), false),
            (Caution::Resume, Some(Switch::Resume), true),
            (Caution::Always, None, true),
            (Caution::Always, Some(Switch::Pause), true),
            (Caution::Always, Some(Switch::Resume), true),
        ];
        for (caution, switch, two) in table {
            assert_eq!(caution.needs_two(switch), two, "{caution:?} {switch:?}");
        }
    }

    #[test]
    fn names_round_trip() {
        for switch in [Switch::Pause, Switch::Resume] {
            assert_eq!(Switch::from_name(switch.as_str()), Some(switch));
        }
        assert_eq!(Switch::from_name("stop"), None);
    }
}
