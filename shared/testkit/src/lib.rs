//! What tests share: a database of their own in a moment, and a small company to play with.
//! A dev-dependency only.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails with the reason, at once"
)]

mod access;
pub mod api;
pub mod company;
mod database;
pub mod issuer;
mod lives;
pub mod people;
pub mod requests;
pub mod simulated;

pub use api::Api;
pub use database::{TestDb, database, database_at, database_on_one_thread, empty_database};
pub use issuer::Issuer;
pub use requests::Asked;
