//! The whole system from outside: real binaries, a real Postgres and a real RabbitMQ, an AWS that tells the truth.
//!
//! A test describes its [`Plan`], starts a [`System`], and speaks to it as its users do: by the REST API, by the
//! mails that arrive, by webhooks. What became of the access is asked of the AWS beside it, never of our tables.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails with the reason, at once"
)]

mod child;
mod collector;
mod company;
mod environment;
mod http;
mod life;
mod mail;
mod moto;
mod oracle;
mod patience;
mod plan;
mod proxy;
mod system;
mod webhooks;

pub use child::Child;
pub use collector::Collector;
pub use http::Answer;
pub use life::{REASON, automatic};
pub use mail::Mail;
pub use moto::Moto;
pub use oracle::{Call, Interval};
pub use patience::{PATIENCE, eventually, never_within, within};
pub use plan::{Plan, Wire};
pub use proxy::Proxy;
pub use system::System;
pub use webhooks::{Hook, HookSink};
