//! Why there is no answer. Each says in words what is wrong, to an operator and to the person who is waiting; none
//! holds a credential.

use jiff::Timestamp;

/// Why a system of others gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Away {
    /// There is no such system in the settings.
    #[error("{0}")]
    NotConfigured(String),
    /// No answer at all: no connection, no TLS, or too late.
    #[error("{system} cannot be reached: {why}")]
    Unreachable {
        /// The system.
        system: String,
        /// What went wrong on the way.
        why: String,
    },
    /// It does not accept our credentials, or does not let them read this.
    #[error("{system} refuses Curfew's credentials (HTTP {status}){}", after_colon(.said))]
    Refused {
        /// The system.
        system: String,
        /// Its status.
        status: u16,
        /// Its own words, or none.
        said: String,
    },
    /// It was asked too often.
    #[error("{system} takes no more questions until {until}")]
    RateLimited {
        /// The system.
        system: String,
        /// When it may be asked again.
        until: Timestamp,
    },
    /// It answered with an error of its own.
    #[error("{system} answered with HTTP {status}{}", after_colon(.said))]
    Failed {
        /// The system.
        system: String,
        /// Its status.
        status: u16,
        /// Its own words, or none.
        said: String,
    },
    /// It answered with something that is not what was asked for.
    #[error("the answer of {system} cannot be used: {why}")]
    Unreadable {
        /// The system.
        system: String,
        /// What is wrong with it.
        why: String,
    },
    /// It knows no such schedule, or our credentials may not see it.
    #[error("{system} knows no schedule {schedule:?}")]
    UnknownSchedule {
        /// The system.
        system: String,
        /// The schedule's id.
        schedule: String,
    },
    /// No ticket of that system is called so; it was not asked.
    #[error("{number:?} cannot be a ticket of {system}: it must be {right}")]
    NotANumber {
        /// The system.
        system: String,
        /// The beginning of what was given.
        number: String,
        /// What a number looks like.
        right: &'static str,
    },
}

impl Away {
    /// Whether the question was wrong rather than the system away: no later try will help, and a rule's exception for
    /// systems that are away does not apply.
    #[must_use]
    pub const fn is_wrong_question(&self) -> bool {
        match self {
            Self::NotANumber { .. } => true,
            Self::NotConfigured(_)
            | Self::Unreachable { .. }
            | Self::Refused { .. }
            | Self::RateLimited { .. }
            | Self::Failed { .. }
            | Self::Unreadable { .. }
            | Self::UnknownSchedule { .. } => false,
        }
    }
}

fn after_colon(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(": {words}") }
}

/// What came from outside, fit for a log line and a page.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(most).collect::<String>().trim().to_owned()
}
