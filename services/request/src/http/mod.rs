//! The service's endpoints: one file for each, where its address says.

mod directory;
mod eligibility;
mod grants;
mod me;
mod once;
mod problems;
mod requests;
mod rules;
mod view;

use std::sync::Arc;

use domain::Actor;
use runtime::Settings;
use store::{Db, Tx};
use utoipa_actix_web::service_config::ServiceConfig;
use web::Problem;

/// What the handlers share.
#[derive(Clone)]
pub struct Api {
    /// The shared database.
    pub db: Db,
    /// What the operator set.
    pub settings: Arc<Settings>,
}

impl Api {
    async fn begin(&self, actor: Actor) -> Result<Tx, Problem> {
        self.db.begin(actor).await.map_err(problems::store)
    }
}

/// Every endpoint of the service.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(me::me)
        .service(eligibility::explain::explain)
        .service(eligibility::show::show_eligibility)
        .service(requests::submit::submit_request)
        .service(requests::list::list_requests)
        .service(requests::show::show_request)
        .service(requests::cancel::cancel_request)
        .service(grants::extend::extend_grant)
        .service(rules::make::make_rule)
        .service(rules::list::list_rules)
        .service(rules::show::show_rule)
        .service(rules::change::change_rule)
        .service(rules::delete::delete_rule)
        .service(directory::show::show_directory)
        .service(directory::accept::accept_directory)
        .service(directory::accounts::list_accounts)
        .service(directory::organizational_units::list_organizational_units)
        .service(directory::permission_sets::list_permission_sets)
        .service(directory::users::list_users)
        .service(directory::groups::list_groups);
}
