//! An AWS organization in one process: SSO Admin, Identity Store, Organizations and STS on their own wire protocols, with AWS's
//! quotas, asynchrony and faults; and what Curfew meets besides: an OpenID provider, a mail server, receivers of webhooks and chat
//! messages, PagerDuty, Jira and ServiceNow. Tests judge by its oracle, never by Curfew's own tables.
//!
//! Embedded in a test it runs on a thread and an event loop of its own:
//!
//! ```no_run
//! let simulator = simulator::Simulator::start(simulator::Config::instant())?;
//! println!("AWS_ENDPOINT_URL={}", simulator.http);
//! simulator.stop();
//! # Ok::<(), anyhow::Error>(())
//! ```

mod aws;
mod clock;
mod control;
mod desk;
mod host;
pub mod inside;
mod mail;
mod oidc;
mod pages;
mod seed;
mod server;
mod sink;
mod world;

pub use aws::sigv4 as signing;
pub use clock::Millis;
pub use seed::{ACCESS_KEY_ID, DELEGATED_ACCESS_KEY_ID, DELEGATED_SECRET_ACCESS_KEY, MAIL_DOMAIN, SECRET_ACCESS_KEY};
pub use server::{Config, Running, Simulator};
pub use world::access::{Interval, Tuple};
pub use world::calls::Call;
pub use world::faults::{Fault, FaultKind};
pub use world::live_sessions::{Ended, Session};
pub use world::operations::Operation;
pub use world::permission_sets::{IDENTITY_STORE_ID, INSTANCE_ARN};
pub use world::policies::PREPARED as SESSION_POLICY;
pub use world::settings::{Profile, Settings};
