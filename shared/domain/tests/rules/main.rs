//! The evaluator as a whole: a table of golden cases, and properties over random organizations beside a second,
//! naive evaluator.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails at once"
)]

mod cases;
mod impact;
mod naive;
mod properties;
mod random;
mod world;
