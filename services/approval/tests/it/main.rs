//! Deciding, over a real Postgres.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot be set up shall fail")]

mod basics;
mod fresh;
mod http;
mod lab;
mod narrowing;
mod on_call;
mod pairs;
mod rules;
mod stages;
mod standing_in;
mod talking;
mod timing;
mod voters;
