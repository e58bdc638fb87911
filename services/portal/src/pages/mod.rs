//! The pages, a file or a folder for each.

mod access;
mod accounts;
mod actors;
mod approvals;
mod ask;
mod callback;
mod choose;
mod confirm;
mod decide;
mod design;
mod display;
mod emergency;
mod figures;
mod frame;
mod grant;
mod history;
mod home;
mod live;
mod log;
mod not_found;
mod notice;
mod operations;
mod people;
mod policy;
mod problems;
mod reasons;
mod request;
mod rooms;
mod rules;
mod sessions;
mod settings;
mod sign_in;
mod sign_out;
mod templates;
mod terms;
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
        .route("/accounts/{id}", get().to(accounts::one))
        .route("/people", get().to(people::show))
        .route("/people", post().to(people::read))
        .route("/people/{id}", get().to(people::person))
        .route("/groups/{id}", get().to(people::group))
        .route("/who", get().to(who::show))
        .route("/rules", get().to(rules::show))
        .route("/rules/policy.yaml", get().to(rules::download))
        .route("/rules/plan", post().to(rules::plan))
        .route("/rules/apply", post().to(rules::apply))
        .route("/policy/{kind}", get().to(policy::list))
        .route("/policy/{kind}/new", get().to(policy::new))
        .route("/policy/{kind}/new", post().to(policy::new_post))
        .route("/policy/{kind}/{id}", get().to(policy::show))
        .route("/policy/{kind}/{id}/edit", get().to(policy::edit))
        .route("/policy/{kind}/{id}/edit", post().to(policy::edit_post))
        .route("/policy/{kind}/{id}/delete", get().to(policy::ask_delete))
        .route("/policy/{kind}/{id}/delete", post().to(policy::delete))
        .route("/changes/{id}", get().to(policy::show_change))
        .route("/changes/{id}/{verb}", post().to(rules::decide))
        .route("/emergency", get().to(emergency::show))
        .route("/emergency", post().to(emergency::post))
        .route("/emergency/{id}", get().to(emergency::show_one))
        .route("/emergency/{id}/{verb}", post().to(emergency::decide))
        .route("/settings", get().to(settings::show))
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
