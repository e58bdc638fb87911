//! Facts over RabbitMQ: one topic exchange, a quorum queue for every subscriber that must hear each fact,
//! a passing queue for every worker that only wants to be woken.
//!
//! Nothing but [`relay`] publishes facts. Losing the broker loses nothing: rows wait in the outbox, and every
//! worker also looks for its work by itself. The connection is rebuilt by [`Broker`], not by lapin.

mod broker;
mod parking;
mod relay;
mod subscription;
mod tap;
pub mod topology;
mod wake;

pub use broker::{Broker, BrokerError};
pub use parking::run_parking;
pub use relay::{republish, run_relay};
pub use subscription::{Received, Refusal, hand_over, run_subscription};
pub use tap::{Passing, run_tap};
pub use wake::run_wake;
