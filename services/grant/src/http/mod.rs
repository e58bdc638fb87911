//! The service's endpoints, a file for each.

mod get_grant;
mod list_grants;
mod view;

use store::Db;
use store::slots::Slots;
use utoipa_actix_web::service_config::ServiceConfig;

/// What the handlers share.
#[derive(Clone)]
pub struct State {
    /// The shared database.
    pub db: Db,
    /// How many operations may be under way, for telling when one's turn comes.
    pub slots: Slots,
    /// Calls a second; 0 is no limit.
    pub calls_per_second: u32,
}

/// Every endpoint, documented.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_grants::list_grants).service(get_grant::get_grant);
}
