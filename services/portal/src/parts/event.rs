//! One entry of a time line.

use super::Moment;

/// How an entry is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Plain,
    Good,
    Bad,
    /// It has not happened yet.
    ToCome,
}

impl Mark {
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Bad => "bad",
            Self::ToCome => "to-come",
        }
    }
}

/// One entry: when, what, and what was said.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub at: jiff::Timestamp,
    pub when: Moment,
    pub mark: Mark,
    pub what: String,
    pub said: Option<String>,
}
