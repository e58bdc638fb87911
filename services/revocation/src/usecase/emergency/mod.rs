//! The emergency button: pressed by an admin, and agreed to by a second one where the settings ask for two.

mod decide;
mod press;

use domain::emergency::Caution;
use store::StoreError;
use store::emergencies::EmergencyState;

pub use decide::{agree, refuse, withdraw};
pub use press::{Pressed, press, waits};

/// Who must stand behind it.
#[derive(Debug, Clone)]
pub struct Desk {
    /// When two are asked for.
    pub caution: Caution,
    /// The groups whose active members are admins, by id or by name.
    pub admin_groups: Vec<String>,
}

impl Default for Desk {
    fn default() -> Self {
        Self { caution: Caution::Resume, admin_groups: Vec::new() }
    }
}

/// Why it was refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such emergency.
    #[error("there is no such emergency")]
    Unknown,
    /// It was decided before.
    #[error("the emergency is {}", state.as_str())]
    Decided {
        /// Where it stands.
        state: EmergencyState,
        /// What was tried.
        tried: &'static str,
    },
    /// Nobody agrees to their own.
    #[error("nobody agrees to their own emergency")]
    Own,
    /// Only whoever proposed it takes it back.
    #[error("only whoever proposed it takes it back")]
    NotYours,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
