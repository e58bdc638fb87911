//! `/v1/drift`: where AWS and what is known differ.

mod acknowledge;
mod brake;
mod list;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every endpoint, documented.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list::list_drift)
        .service(acknowledge::acknowledge_drift)
        .service(brake::show_drift_brake)
        .service(brake::release_drift_brake);
}
