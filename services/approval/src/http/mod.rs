//! The service's endpoints, a file for each.

mod approvals;
mod decisions;
mod dto;
mod links;
mod problems;

use std::sync::Arc;

use store::Db;
use utoipa_actix_web::service_config::ServiceConfig;
use web::link::LinkKey;

/// What the handlers share.
#[derive(Debug, Clone)]
pub struct State {
    /// The shared database.
    pub db: Db,
    /// The key that signs links in mails.
    pub links: Arc<LinkKey>,
}

/// Every endpoint of the service.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(approvals::list_approvals)
        .service(decisions::decide)
        .service(links::show_link)
        .service(links::decide_link);
}
