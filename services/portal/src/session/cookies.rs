//! Cookies. Over https they are bound to the host by their name's prefix; over plain http, which is for a
//! laptop, browsers would not take them so.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie as Header, SameSite};

use super::Cookie;
use crate::Site;

const SESSION: &str = "curfew-session";
const SIGN_IN: &str = "curfew-sign-in";

fn name(site: &Site, name: &str) -> String {
    if site.secure { format!("__Host-{name}") } else { name.to_owned() }
}

fn made(site: &Site, kind: &str, value: String) -> Header<'static> {
    Header::build(name(site, kind), value)
        .path("/")
        .http_only(true)
        .secure(site.secure)
        .same_site(SameSite::Lax)
        .finish()
}

fn gone(site: &Site, kind: &str) -> Header<'static> {
    let mut header = made(site, kind, String::new());
    header.set_max_age(Duration::ZERO);
    header
}

/// The session's cookie; it lives as long as the browser, and the row decides in any case.
pub(crate) fn session(site: &Site, cookie: &Cookie) -> Header<'static> {
    made(site, SESSION, cookie.value().to_owned())
}

/// Takes the session's cookie away.
pub(crate) fn no_session(site: &Site) -> Header<'static> {
    gone(site, SESSION)
}

/// What the browser keeps while somebody signs in, for ten minutes.
pub(crate) fn sign_in(site: &Site, sealed: String) -> Header<'static> {
    let mut header = made(site, SIGN_IN, sealed);
    header.set_max_age(Duration::minutes(10));
    header
}

/// Takes that away.
pub(crate) fn no_sign_in(site: &Site) -> Header<'static> {
    gone(site, SIGN_IN)
}

/// The session's cookie that the browser sent.
pub(crate) fn session_of(site: &Site, request: &HttpRequest) -> Option<Cookie> {
    request.cookie(&name(site, SESSION)).and_then(|c| Cookie::from_browser(c.value()))
}

/// The sign-in's cookie that the browser sent.
pub(crate) fn sign_in_of(site: &Site, request: &HttpRequest) -> Option<String> {
    request.cookie(&name(site, SIGN_IN)).map(|c| c.value().to_owned())
}
