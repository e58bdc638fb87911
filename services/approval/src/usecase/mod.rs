//! The verbs of this service. Those that other systems have to be asked for are the [`electors::Desk`]'s and run from
//! beginning to end; the others take a unit of work and return what was decided, and the caller commits.

pub mod attend;
pub mod comments;
pub mod decide;
pub mod decide_link;
pub mod delegations;
pub mod detail;
pub mod electors;
pub mod show_link;
pub mod time_out;
pub mod waiting;

mod recheck;
mod summary;

pub use summary::{Person, Summary, summaries};
