//! Files, plans and replays, from outside.

mod hostile;
mod naming;
mod organization;
mod planning;
mod random;
mod replaying;
mod round_trip;
mod schema;
