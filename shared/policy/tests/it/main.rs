//! Files, plans and replays, from outside.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod hostile;
mod naming;
mod organization;
mod planning;
mod random;
mod replaying;
mod round_trip;
mod schema;
