//! The manners over real sockets: callers with tokens of a local issuer, and the server itself.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests fail by panicking")]

mod callers;
mod server;
mod support;
