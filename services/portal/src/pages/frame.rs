//! What is around every page, and the headers that every page has.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, LOCATION};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::notice;
use crate::session::{Session, cookies, forms};
use crate::{Site, assets};

/// Nothing but our own style sheet and our own forms; no scripts at all.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What is around every page.
pub(super) struct Frame {
    pub style: String,
    pub user: Option<User>,
}

/// Who is signed in, and the code of the form that signs out.
pub(super) struct User {
    pub name: String,
    pub code: String,
}

impl Frame {
    pub(super) fn of(site: &Site, session: Option<&Session>) -> Self {
        let user = session.and_then(|s| {
            let code = forms::code(site, Some(s), super::sign_out::WHAT).ok()?;
            Some(User { name: s.name.clone(), code })
        });
        Self { style: assets::style_path(), user }
    }
}

/// A page with its headers. Referrers stay at home, and with them the tokens in addresses; without one at all
/// browsers would not say where a form comes from.
pub(super) fn page(status: StatusCode, template: &impl Template) -> HttpResponse {
    match template.render() {
        Ok(html) => HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((header::REFERRER_POLICY, "same-origin"))
            .body(html),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            HttpResponse::InternalServerError().body("The page could not be made.")
        }
    }
}

/// To another page of ours, or to the provider's.
pub(super) fn see(place: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, place)).finish()
}

/// To signing in, and back to `path` then.
pub(super) fn sign_in_first(path: &str) -> HttpResponse {
    let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", path).finish();
    see(&format!("/sign-in?{query}"))
}

/// Who is signed in; a page that says so when the sessions cannot be read.
pub(super) async fn session(site: &Site, request: &HttpRequest) -> Result<Option<Session>, HttpResponse> {
    let Some(cookie) = cookies::session_of(site, request) else { return Ok(None) };
    Session::of(site, cookie).await.map_err(|error| {
        tracing::error!(%error, "the session could not be read");
        notice::away(site)
    })
}
