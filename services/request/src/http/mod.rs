//! The service's endpoints: one file for each, where its address says.

mod changes;
mod directory;
mod documents;
mod eligibility;
mod grants;
mod me;
mod once;
mod problems;
mod requests;
mod view;

use std::sync::Arc;

use domain::Actor;
use judge::Judge;
use runtime::Settings;
use store::{Db, Tx};
use utoipa_actix_web::service_config::ServiceConfig;
use web::Problem;

use crate::usecase::documents::Desk;

/// What the handlers share.
#[derive(Clone)]
pub struct Api {
    /// The shared database.
    pub db: Db,
    /// What the operator set.
    pub settings: Arc<Settings>,
    /// The rules, and what they ask of other systems.
    pub judge: Judge,
}

impl Api {
    async fn begin(&self, actor: Actor) -> Result<Tx, Problem> {
        self.db.begin(actor).await.map_err(problems::store)
    }

    /// What changing documents goes by.
    fn desk(&self) -> Desk {
        Desk::new(&self.settings, self.judge.books.clone())
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
        .service(directory::show::show_directory)
        .service(directory::accept::accept_directory)
        .service(directory::accounts::list_accounts)
        .service(directory::organizational_units::list_organizational_units)
        .service(directory::permission_sets::list_permission_sets)
        .service(directory::users::list_users)
        .service(directory::groups::list_groups);
    documents::routes(config);
    changes::routes(config);
}
