//! What is measured, and how: real binaries as processes, the simulator in AWS's place, whole lives played through
//! the REST API, and the truth read from the simulator's oracle. One public module for each measurement.

pub mod chaos;
pub mod directory_sync;
pub mod faults;
mod figures;
pub mod footprint;
pub mod kill;
pub mod lifecycle;
mod lives;
mod machine;
mod oracle;
mod people;
pub mod portal;
pub mod punctual;
pub mod rules;
mod spread;
mod system;

pub use system::Place;
