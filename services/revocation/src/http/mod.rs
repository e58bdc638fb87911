//! The service's endpoints, a file for each.

mod drift;
mod end_grant;
mod revoke_grant;
mod revoke_grants;
mod view;

use store::Db;
use utoipa_actix_web::service_config::ServiceConfig;

/// What the handlers share.
#[derive(Clone)]
pub struct State {
    /// The shared database.
    pub db: Db,
}

/// Every endpoint, documented.
pub fn routes(config: &mut ServiceConfig) {
    config.service(end_grant::end_grant).service(revoke_grant::revoke_grant).service(revoke_grants::revoke_grants);
    drift::routes(config);
}
