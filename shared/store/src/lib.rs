//! All SQL: one module per aggregate, the unit of work, the outbox, the trail and leases.
//!
//! Nothing here decides; `domain` does. Nothing here waits for the network, but Postgres'.

pub mod alarms;
pub mod approvals;
pub mod assignments;
pub mod backstops;
pub mod budget;
pub mod changes;
pub mod clock;
pub mod closing;
pub mod comments;
pub mod decision;
pub mod delegations;
pub mod deliveries;
pub mod directory;
pub mod documents;
pub mod drift;
pub mod emergencies;
pub mod emergency_scope;
pub mod endpoints;
pub mod ends;
pub mod error;
pub mod estimate;
pub mod figures;
pub mod grants;
pub mod held;
pub mod idempotency;
pub mod imports;
pub mod incidents;
pub mod leases;
pub mod outbox;
pub mod parked;
pub mod past;
pub mod pauses;
pub mod profiles;
pub mod reaches;
pub mod receipts;
pub mod requests;
pub mod reviews;
pub mod say;
pub mod schema;
pub mod seam;
pub mod session_denies;
pub mod sessions;
pub mod slots;
pub mod telling;
pub mod templates;
pub mod trace;
pub mod trail;
pub mod troubles;
pub mod tuple;
pub mod unit_of_work;
pub mod uses;
pub mod views;
pub mod workers;

pub use clock::{Clock, Doubt, Lesson};
pub use ends::Ends;
pub use error::StoreError;
/// For those who read through a connection of theirs and know no SQL.
pub use sqlx::PgConnection;
pub use unit_of_work::{Db, Tx, new_id};
