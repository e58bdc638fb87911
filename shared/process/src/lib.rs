//! One process with any set of services in it: settings, pools, workers, one HTTP server, and a stop in order.
//! The seven small binaries and the one with everything inside run the same code here.

mod aws;
mod background;
mod clock;
mod ends;
mod governor;
mod people;
mod run;
mod waiting;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use judge::Judge;
use messaging::Broker;
use runtime::{Health, Settings, Shutdown};
use store::Db;
use utoipa_actix_web::service_config::ServiceConfig;

pub use aws::Aws;
pub use governor::{lender, slots};
pub use people::People;
pub use run::{Options, main, run};

/// What every service of a process shares.
#[derive(Clone)]
pub struct Process {
    /// What the operator set.
    pub settings: Arc<Settings>,
    /// The shared database.
    pub db: Db,
    /// The broker.
    pub broker: Broker,
    /// AWS, connected by the first service that needs it.
    pub aws: Aws,
    /// The rules, and what they ask of other systems.
    pub judge: Judge,
    /// Who calls, for pages that sign people in themselves.
    pub auth: Arc<web::Auth>,
    /// What `/readyz` says.
    pub health: Health,
    /// Start and stop.
    pub shutdown: Shutdown,
}

/// What a service's handlers are given, put into the application of each HTTP worker.
pub type AppData = Arc<dyn Fn(&mut actix_web::web::ServiceConfig) + Send + Sync>;

/// A service as a process sees it.
#[derive(Clone, Copy)]
pub struct Service {
    /// Its name, also that of its folder.
    pub name: &'static str,
    /// Its endpoints, documented.
    pub routes: fn(&mut ServiceConfig),
    /// Starts its workers and says what its handlers need.
    pub start: fn(Process) -> BoxFuture<'static, anyhow::Result<AppData>>,
}
