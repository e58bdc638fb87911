//! The service's endpoints, a file for each.

mod change_webhook;
mod create_webhook;
mod delete_webhook;
pub mod dto;
mod get_webhook;
mod list_deliveries;
mod list_webhooks;
mod replay_delivery;
mod rotate_webhook_secret;

use std::sync::Arc;

use store::Db;
use tokio::sync::Notify;
use utoipa_actix_web::service_config::ServiceConfig;
use web::{Problem, ProblemType};

use crate::outlet::guard::{Reach, Refused};

/// What the handlers are given.
#[derive(Debug)]
pub struct State {
    /// The shared database.
    pub db: Db,
    /// How far webhooks may go.
    pub reach: Reach,
    /// Rung when something is to be sent.
    pub bell: Arc<Notify>,
}

/// Every endpoint. Deliveries come first, since their path looks like a webhook's id.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_deliveries::list_deliveries)
        .service(replay_delivery::replay_delivery)
        .service(list_webhooks::list_webhooks)
        .service(create_webhook::create_webhook)
        .service(get_webhook::get_webhook)
        .service(change_webhook::change_webhook)
        .service(delete_webhook::delete_webhook)
        .service(rotate_webhook_secret::rotate_webhook_secret);
}

fn address_problem(refused: &Refused) -> Problem {
    let kind = match refused {
        Refused::NotPublic(_) => ProblemType::PrivateAddress,
        Refused::NotAUrl | Refused::Scheme | Refused::TooLong | Refused::Credentials | Refused::Fragment => {
            ProblemType::InvalidAddress
        }
    };
    Problem::because(kind, format!("The url of a webhook: {refused}.")).with("path", "url")
}
