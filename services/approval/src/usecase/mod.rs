//! The verbs of this service. Each takes a unit of work and returns what was decided; the caller commits.

pub mod decide;
pub mod decide_link;
pub mod show_link;
pub mod time_out;
pub mod waiting;

mod summary;

pub use summary::{Person, Summary, summaries};
