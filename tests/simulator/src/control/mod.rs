//! The control API: what tests and demonstrations may know and order that no AWS client could. Documented in this crate's README.

mod assignments;
mod calls;
mod directory;
mod faults;
mod growth;
mod outside;
mod roles;
mod schedules;
mod sessions;
mod settings;

pub use assignments::note_change;
pub use directory::company;
pub use growth::Size;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};
use serde_json::{Value, json};

/// Everything below `/control`.
pub fn routes(app: &mut ServiceConfig) {
    app.route("/oracle/assignments", web::get().to(assignments::oracle))
        .route("/oracle/calls", web::get().to(calls::list))
        .route("/oracle/calls", web::delete().to(calls::clear))
        .route("/oracle/calls/count", web::get().to(calls::count))
        .route("/schedules", web::get().to(schedules::list))
        .route("/assignments", web::post().to(assignments::create))
        .route("/assignments", web::delete().to(assignments::delete))
        .route("/sessions", web::post().to(sessions::open))
        .route("/sessions", web::get().to(sessions::list))
        .route("/policies", web::get().to(sessions::policies))
        .route("/faults", web::get().to(faults::list))
        .route("/faults", web::post().to(faults::order))
        .route("/faults", web::delete().to(faults::clear))
        .route("/settings", web::get().to(settings::show))
        .route("/settings", web::patch().to(settings::change))
        .route("/clock", web::put().to(settings::set_clock))
        .route("/reset", web::post().to(settings::reset))
        .route("/directory", web::get().to(directory::show))
        .route("/users/{user}", web::delete().to(directory::delete_user))
        .route("/users/{user}/{change:enable|disable}", web::post().to(directory::change_user))
        .route("/groups/{group}/members/{user}", web::put().to(directory::join))
        .route("/groups/{group}/members/{user}", web::delete().to(directory::leave))
        .route("/users/{user}/manager/{manager}", web::put().to(outside::set_manager))
        .route("/users/{user}", web::patch().to(outside::change_user))
        .route("/groups/{group}", web::patch().to(outside::change_group))
        .route("/accounts/{account}", web::patch().to(outside::change_account))
        .route("/permission-sets/{permission_set}", web::patch().to(outside::change_permission_set))
        .route("/permission-sets/{permission_set}", web::delete().to(outside::delete_permission_set))
        .route("/accounts/{account}", web::delete().to(outside::remove_account))
        .route("/away", web::post().to(settings::away))
        .route("/roles/{role}/{change:revoke|restore}", web::post().to(roles::change))
        .route("/directory/grow", web::post().to(growth::grow))
        .route("/accounts/{account}/{change:suspend|resume}", web::post().to(directory::change_account))
        .configure(crate::desk::control_routes)
        .configure(crate::oidc::control_routes);
}

/// A request that makes no sense here, and why.
fn refuse(status: StatusCode, why: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({"error": why}))
}

fn done(value: Value) -> HttpResponse {
    HttpResponse::Ok().json(value)
}
