//! The service's endpoints, a file for each.

mod list_imported_requests;
mod list_receipt_keys;
mod list_trail;

use store::Db;
use utoipa_actix_web::service_config::ServiceConfig;

/// What the handlers share.
#[derive(Debug, Clone)]
pub struct State {
    /// The shared database.
    pub db: Db,
}

/// Every endpoint of the service.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_imported_requests::list_imported_requests);
    config.service(list_trail::list_trail);
    config.service(list_receipt_keys::list_receipt_keys);
}
