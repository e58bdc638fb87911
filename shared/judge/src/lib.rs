//! Between the pure rules of `domain` and those who must go by them: reads what the rules need to know (documents, the
//! directory, what somebody has, incidents, duty, tickets), and asks. Submitting, deciding and giving access all ask
//! here, so that they cannot disagree.

mod asking;
mod books;
mod duty;
mod heard;
mod recheck;
pub mod voters;

pub use asking::{Answer, PairJudged, PairTrace, Proposal, Typed, Unjudged, whole};
pub use books::{Books, facts};
pub use duty::OnDuty;
pub use heard::Heard;
pub use recheck::{Recheck, Standing};
pub use voters::{About, Asking, Opening, Roll, Shortage, Voter};

use integrations::Integrations;

/// What judging needs besides a unit of work. Cheap to clone; one for a process.
#[derive(Clone)]
pub struct Judge {
    /// The compiled rules.
    pub books: Books,
    /// On-call services and ticket systems.
    pub systems: Integrations,
}

impl Judge {
    /// Nothing is read before it is asked.
    #[must_use]
    pub fn new(systems: Integrations) -> Self {
        Self { books: Books::default(), systems }
    }
}
