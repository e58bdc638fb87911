//! What Curfew means, without any IO: ids, the three lives (request, grant, assignment), rules and
//! their evaluation, approvals, and the facts that a change of state leaves behind.
//!
//! Deliberately absent: async, clocks, randomness, SQL, HTTP. Time is always an argument.

pub mod actor;
pub mod approval;
pub mod assignment;
pub mod backstop;
pub mod drift;
pub mod emergency;
pub mod fact;
pub mod governor;
pub mod grant;
pub mod ids;
pub mod overdue;
pub mod parked;
pub mod profile;
pub mod receipt;
pub mod request;
pub mod rules;
pub mod sessions;
pub mod text;
pub mod transition;
pub mod view;

pub use actor::Actor;
pub use fact::Fact;
pub use ids::*;
pub use text::{Comment, Justification, Minutes, Ticket};
pub use transition::Transition;
