//! One file for each verb. A verb takes a unit of work and a command and returns what it decided; nothing is
//! done before the unit is committed.

mod bundles;
mod cancel;
mod close;
mod close_incident;
pub mod documents;
mod explain;
mod extend;
mod open;
mod open_incident;
pub mod policy;
mod prepare;
mod refusal;
mod save_template;
mod save_view;
mod submit;
mod take_review;

pub use bundles::{Bundle, bundles};
pub use cancel::{Cancel, Cancelled, cancel};
pub use close::close_due;
pub use close_incident::close_incident;
pub use explain::{Explained, LongestWhy, PairExplained, explain};
pub use extend::{Extend, extend};
pub use open::Opened;
pub use open_incident::{OpenIncident, open_incident};
pub use prepare::{Prepared, prepare};
pub use refusal::{Objection, Refusal};
pub use save_template::{SaveTemplate, TemplateRefusal, save_template};
pub use save_view::{SaveView, ViewRefusal, save_view};
pub use submit::{Submit, submit};
pub use take_review::{ReviewRefusal, TakeReview, take_review};
