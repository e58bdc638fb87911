//! The service's endpoints, a file for each.

mod drift;
mod emergency;
mod end_grant;
mod figures;
mod force_revoke_grant;
mod operations;
mod parked;
mod revoke_grant;
mod revoke_grants;
mod view;

use std::sync::Arc;

use messaging::Broker;
use process::Aws;
use store::Db;
use tokio::sync::Notify;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::usecase::emergency::Desk;

/// What the handlers share.
#[derive(Clone)]
pub struct State {
    /// The shared database.
    pub db: Db,
    /// Who must stand behind an emergency.
    pub desk: Desk,
    /// Rung when an emergency has something to end.
    pub sweep: Arc<Notify>,
    /// AWS, where a doubt is looked into.
    pub aws: Option<Aws>,
    /// The broker, which parked messages are handed to again.
    pub broker: Option<Broker>,
    /// Whether AWS removes access by itself should Curfew be gone.
    pub backstop: Backstop,
}

/// Whether schedules inside AWS stand behind access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backstop {
    /// They are configured.
    On,
    /// They are not.
    Off,
}

impl State {
    /// On this database, with nothing else: for tests.
    #[must_use]
    pub fn on(db: Db) -> Self {
        Self { db, desk: Desk::default(), sweep: Arc::default(), aws: None, broker: None, backstop: Backstop::Off }
    }
}

/// Every endpoint, documented.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(end_grant::end_grant)
        .service(revoke_grant::revoke_grant)
        .service(revoke_grants::revoke_grants)
        .service(force_revoke_grant::force_revoke_grant)
        .service(operations::show_operations)
        .service(figures::show_figures);
    emergency::routes(config);
    parked::routes(config);
    drift::routes(config);
}
