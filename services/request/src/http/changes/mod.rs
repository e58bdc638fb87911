//! Changes of documents: sets of edits, and those that wait for a second person.

pub mod apply;
pub mod list;
pub mod propose;
pub mod refuse;
pub mod show;
pub mod view;
pub mod withdraw;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every endpoint.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(propose::propose_change)
        .service(list::list_changes)
        .service(show::show_change)
        .service(apply::apply_change)
        .service(refuse::refuse_change)
        .service(withdraw::withdraw_change);
}
