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

use proptest::test_runner::Config;

/// How much deeper than usual the properties are looked into: `CURFEW_TEST_DEPTH`, for `./dev soak properties`.
fn depth() -> u32 {
    std::env::var("CURFEW_TEST_DEPTH").map_or(1, |depth| depth.parse().unwrap())
}

/// So many random cases, or as many times more as somebody wishes.
fn times(usual: u32) -> Config {
    Config { cases: usual * depth(), ..Config::default() }
}
