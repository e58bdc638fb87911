//! Telling, from the fact to the mail server and the endpoint, over a real database.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect fails there and then"
)]

mod asking;
mod http;
mod mails;
mod oversight;
mod retries;
mod support;
mod webhooks;
