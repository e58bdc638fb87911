//! One file for each verb. A verb takes a unit of work and a command and returns what it decided; nothing is
//! done before the unit is committed.

mod cancel;
pub mod documents;
mod eligible;
mod extend;
mod judge;
mod open;
mod refusal;
mod submit;

pub use cancel::{Cancel, Cancelled, cancel};
pub use eligible::{Offer, eligible};
pub use extend::{Extend, extend};
pub use judge::{Decider, PairJudged, PairTrace, explain, judge};
pub use open::Opened;
pub use refusal::Refusal;
pub use submit::{Submit, submit};
