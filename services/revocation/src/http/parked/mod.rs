//! What is parked: one list, and what operators do about it.

pub mod acknowledge;
pub mod list;
pub mod retry;
pub mod view;

use store::PgConnection;
use store::parked::{self, Parked};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use web::Problem;

use super::State;

/// Every endpoint.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list::list_parked).service(retry::retry_parked).service(acknowledge::acknowledge_parked);
}

async fn find(state: &State, connection: &mut PgConnection, id: Uuid) -> Result<Parked, Problem> {
    let found = parked::get(connection, state.db.clock().now(), id).await?;
    found.ok_or_else(|| Problem::not_found("parked thing"))
}
