//! What is around every page, and the headers that every page has.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, LOCATION};
use askama::Template;

use super::rooms::{Door, doors};
use super::visit::{SignedIn, Visit};
use crate::assets;
use crate::look::Theme;
use crate::parts::Moment;
use crate::session::{Session, cookies, forms};
use crate::texts::Texts;

/// Nothing but our own style sheet, our own script and our own forms; nothing inline.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// No page needs any of it.
const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()";

/// What is around every page.
pub(super) struct Frame {
    pub t: Texts,
    pub language: &'static str,
    pub theme: Option<&'static str>,
    pub style: String,
    pub script: String,
    pub user: Option<User>,
    pub doors: Vec<Door>,
    /// That new access does not begin just now.
    pub pause: Option<Pause>,
    /// What is said about times at the foot of each page.
    pub times: String,
    /// Where our script writes the browser's zone.
    pub zone_cookie: String,
    /// The server's clock, which countdowns go by.
    pub now_ms: i64,
}

/// Who is signed in, and the code of the form that signs out.
pub(super) struct User {
    pub name: String,
    pub code: String,
}

/// What is said about a pause: to those who oversee on every page, to everybody else where they ask.
pub(super) struct Pause {
    pub since: Moment,
    pub by: Option<String>,
    pub reason: Option<String>,
    /// Whether whoever looks may do something about it, or see who did.
    pub oversees: bool,
}

impl Pause {
    fn of(me: &SignedIn) -> Option<Self> {
        let oversees = me.reads_all();
        let paused = me.paused.as_ref().filter(|_| oversees || me.visit.request.path() == "/ask")?;
        Some(Self {
            since: Moment::new(paused.since, me.look()),
            by: paused.by.as_ref().map(|by| by.name.clone()),
            reason: paused.reason.clone(),
            oversees,
        })
    }
}

impl Frame {
    pub(super) fn of(visit: &Visit, session: Option<&Session>, me: Option<&SignedIn>) -> Self {
        let (t, look) = (visit.t(), &visit.look);
        let user = session.and_then(|s| {
            let code = forms::code(&visit.site, Some(s), super::sign_out::WHAT).ok()?;
            Some(User { name: s.name.clone(), code })
        });
        Self {
            t,
            language: t.language.code(),
            theme: Some(look.chosen.theme).filter(|theme| *theme != Theme::Auto).map(Theme::code),
            style: assets::STYLE.path(),
            script: assets::SCRIPT.path(),
            doors: if user.is_some() { doors(visit, me) } else { Vec::new() },
            user,
            pause: me.and_then(Pause::of),
            times: if look.is_utc() { t.times_are_utc().to_owned() } else { t.times_are_in(look.zone_name()) },
            zone_cookie: cookies::zone_name(&visit.site),
            now_ms: look.now.as_millisecond(),
        }
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
            .insert_header(("cross-origin-opener-policy", "same-origin"))
            .insert_header(("permissions-policy", PERMISSIONS))
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
