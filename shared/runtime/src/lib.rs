//! What every process needs before it does anything: settings, telemetry, health, start and stop.
//!
//! The order in a `main`: [`install_crypto`], [`Settings::load`], [`telemetry::init`],
//! [`Shutdown::on_signals`], the services, [`Shutdown::wait`]. The telemetry guard is dropped last.
//!
//! Deliberately absent: SQL, AMQP and AWS; their pools live beside their code.

mod crypto;
mod health;
pub mod metrics;
pub mod settings;
pub mod shutdown;
pub mod telemetry;
pub mod trace;
pub mod work;

pub use crypto::install_crypto;
pub use health::{Health, Report};
pub use settings::{ConfigError, Settings};
pub use shutdown::Shutdown;
