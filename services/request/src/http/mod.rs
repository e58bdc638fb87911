//! The service's endpoints: one file for each, where its address says.

mod access;
mod changes;
mod directory;
mod documents;
mod eligibility;
mod events;
mod grants;
mod incidents;
mod me;
mod once;
mod owners;
mod policy;
mod problems;
mod profile;
mod requests;
mod reviews;
mod settings;
mod templates;
mod view;
mod views;

use std::sync::Arc;

use domain::{Actor, UserId};
use judge::{Judge, Proposal};
use runtime::Settings;
use store::{Db, StoreError, Tx};
use utoipa_actix_web::service_config::ServiceConfig;
use web::Problem;

use crate::usecase::documents::Desk;
use crate::usecase::{Extend, Prepared, Refusal, prepare};

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

    /// What other systems say about a proposal, before anything is written.
    async fn prepare(&self, proposal: &Proposal) -> Result<Prepared, StoreError> {
        let mut connection = self.db.read().await?;
        prepare(&self.judge, &mut connection, proposal, self.db.clock().now()).await
    }

    /// The same about more time. What cannot be extended is not asked about: extending says so.
    async fn prepare_extension(&self, asked: &Extend, asker: &UserId) -> Result<Prepared, StoreError> {
        let mut connection = self.db.read().await?;
        let now = self.db.clock().now();
        match asked.proposal(&mut connection, asker, &self.settings.requests, now).await {
            Ok((proposal, _)) => prepare(&self.judge, &mut connection, &proposal, now).await,
            Err(Refusal::Store(error)) => Err(error),
            Err(_) => Ok(Prepared::default()),
        }
    }
}

/// Every endpoint of the service.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(me::me)
        .service(profile::show::show_profile)
        .service(profile::change::change_profile)
        .service(events::follow_events)
        .service(eligibility::explain::explain)
        .service(eligibility::show::show_eligibility)
        .service(requests::submit::submit_request)
        .service(requests::list::list_requests)
        .service(requests::show::show_request)
        .service(requests::evidence::request_evidence)
        .service(requests::cancel::cancel_request)
        .service(grants::extend::extend_grant)
        .service(access::who_has_access)
        .service(templates::list::list_templates)
        .service(templates::make::make_template)
        .service(templates::show::show_template)
        .service(templates::change::change_template)
        .service(templates::delete::delete_template)
        .service(views::list::list_views)
        .service(views::make::make_view)
        .service(views::change::change_view)
        .service(views::delete::delete_view)
        .service(incidents::list::list_incidents)
        .service(incidents::open::open_incident)
        .service(incidents::show::show_incident)
        .service(incidents::close::close_incident)
        .service(reviews::list::list_reviews)
        .service(reviews::take::take_review)
        .service(directory::show::show_directory)
        .service(directory::accept::accept_directory)
        .service(directory::read::read_directory)
        .service(directory::accounts::list_accounts)
        .service(directory::holders::list_holders)
        .service(directory::owned::list_owned_accounts)
        .service(directory::organizational_units::list_organizational_units)
        .service(directory::permission_sets::list_permission_sets)
        .service(directory::users::list_users)
        .service(directory::manager::show_manager)
        .service(directory::manager::set_manager)
        .service(directory::manager::forget_manager)
        .service(settings::show_settings)
        .service(directory::person::show_user)
        .service(eligibility::of_user::show_users_eligibility)
        .service(directory::members::list_members)
        .service(directory::groups::list_groups);
    documents::routes(config);
    changes::routes(config);
    policy::routes(config);
}
