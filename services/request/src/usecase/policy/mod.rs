//! Policy as files: what they would change, putting that into force, and the way back in for whoever locked everybody
//! out.

mod apply;
mod past;
mod plan;
mod standing;

pub use apply::{Apply, Put, Unapplied, apply_files, recover_files};
pub use past::{Past, past};
pub use plan::{Draft, plan_files};
pub use standing::{Standing, standing, standing_around};
