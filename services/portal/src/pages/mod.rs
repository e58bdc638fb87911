//! The pages, a file for each.

mod callback;
mod decide;
mod frame;
mod home;
mod not_found;
mod notice;
mod request;
mod sign_in;
mod sign_out;
mod words;

use actix_web::guard::fn_guard;
use actix_web::web::{get, post};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::assets;

/// Every page. Pages are no part of the API's document.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/", get().to(home::home))
        .route("/sign-in", get().to(sign_in::sign_in))
        .route("/callback", get().to(callback::callback))
        .route("/sign-out", post().to(sign_out::sign_out))
        .route("/decide/{token}", get().to(decide::show))
        .route("/decide/{token}", post().to(decide::decide))
        .route("/requests/{id}", get().to(request::show))
        .route("/requests/{id}", post().to(request::decide))
        .route("/assets/curfew.css", get().to(assets::style))
        .route(
            "/{rest:.*}",
            get().guard(fn_guard(|c| not_found::is_a_page(c.head().uri.path()))).to(not_found::not_found),
        );
}
