//! The pages, a file or a folder for each.

mod access;
mod accounts;
mod approvals;
mod ask;
mod callback;
mod confirm;
mod decide;
mod design;
mod display;
mod frame;
mod grant;
mod history;
mod home;
mod live;
mod log;
mod not_found;
mod notice;
mod operations;
mod request;
mod rules;
mod sessions;
mod sign_in;
mod sign_out;
mod templates;
mod visit;
mod who;
mod words;

use actix_web::guard::fn_guard;
use actix_web::web::{get, post};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::assets;

pub(crate) use ask::Catalogue;

/// As long as a form may be: a reason of ten thousand characters, each of them four escaped bytes, and fifty pairs.
pub(crate) const LONGEST_FORM: usize = 256 * 1024;

/// Every page. Pages are no part of the API's document.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/", get().to(home::home))
        .route("/sign-in", get().to(sign_in::sign_in))
        .route("/callback", get().to(callback::callback))
        .route("/sign-out", post().to(sign_out::sign_out))
        .route("/sessions", get().to(sessions::show))
        .route("/sessions", post().to(sessions::end))
        .route("/display", get().to(display::show))
        .route("/display", post().to(display::save))
        .route("/design", get().to(design::show))
        .route("/decide/{token}", get().to(decide::show))
        .route("/decide/{token}", post().to(decide::decide))
        .route("/ask", get().to(ask::show))
        .route("/ask", post().to(ask::post))
        .route("/ask/found", get().to(ask::found))
        .route("/ask/people", get().to(ask::people))
        .route("/ask/preview", post().to(ask::preview))
        .route("/templates", post().to(templates::keep))
        .route("/templates/{id}/delete", get().to(templates::ask))
        .route("/templates/{id}/delete", post().to(templates::forget))
        .route("/approvals", get().to(approvals::show))
        .route("/approvals/together", get().to(approvals::together::show))
        .route("/approvals/together", post().to(approvals::together::decide))
        .route("/requests/{id}", get().to(request::show))
        .route("/requests/{id}", post().to(request::decide::decide))
        .route("/requests/{id}/comments", post().to(request::comment::comment))
        .route("/requests/{id}/reviews/{review}", post().to(request::review::take))
        .route("/requests/{id}/cancel", get().to(request::cancel::show))
        .route("/requests/{id}/cancel", post().to(request::cancel::cancel))
        .route("/requests/{id}/evidence", get().to(request::evidence::evidence))
        .route("/grants/{id}/end", get().to(grant::end::show))
        .route("/grants/{id}/end", post().to(grant::end::end))
        .route("/grants/{id}/extend", get().to(grant::extend::show))
        .route("/grants/{id}/extend", post().to(grant::extend::extend))
        .route("/grants/{id}/revoke", get().to(grant::revoke::show))
        .route("/grants/{id}/revoke", post().to(grant::revoke::revoke))
        .route("/live", get().to(live::live))
        .route("/access", get().to(access::show))
        .route("/history", get().to(history::show))
        .route("/history/views", post().to(history::views::keep))
        .route("/history/views/{id}", get().to(history::views::show))
        .route("/history/views/{id}", post().to(history::views::rename))
        .route("/history/views/{id}/delete", get().to(history::views::ask))
        .route("/history/views/{id}/delete", post().to(history::views::forget))
        .route("/history.csv", get().to(history::export::export))
        .route("/accounts", get().to(accounts::show))
        .route("/who", get().to(who::show))
        .route("/rules", get().to(rules::show))
        .route("/rules/plan", post().to(rules::plan))
        .route("/rules/apply", post().to(rules::apply))
        .route("/changes/{id}/{verb}", post().to(rules::decide))
        .route("/operations", get().to(operations::show))
        .route("/operations/parked/{id}/retry", post().to(operations::retry))
        .route("/log", get().to(log::show))
        .route("/assets/curfew.css", get().to(assets::style))
        .route("/assets/curfew.js", get().to(assets::script))
        .route("/assets/icon.svg", get().to(assets::icon))
        .route(
            "/{rest:.*}",
            get().guard(fn_guard(|c| not_found::is_a_page(c.head().uri.path()))).to(not_found::not_found),
        );
}

/// An address with those of these parameters that are not empty.
fn query(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
