//! Cookies. Over https they are bound to the host by their name's prefix; over plain http, which is for a
//! laptop, browsers would not take them so.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie as Header, SameSite};

use super::Cookie;
use crate::Site;

const SESSION: &str = "curfew-session";
const SIGN_IN: &str = "curfew-sign-in";
const LOOK: &str = "curfew-look";
/// Our script writes it where nobody chose one, so it is the only one that scripts may read.
const ZONE: &str = "curfew-zone";

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

/// What was chosen for the look of pages, for a year.
pub(crate) fn look(site: &Site, chosen: String) -> Header<'static> {
    let mut header = made(site, LOOK, chosen);
    header.set_max_age(Duration::days(365));
    header
}

/// What the browser keeps of it.
pub(crate) fn look_of(site: &Site, request: &HttpRequest) -> Option<String> {
    request.cookie(&name(site, LOOK)).map(|c| c.value().to_owned())
}

/// The time zone that was chosen, for a year; an empty one is forgotten.
pub(crate) fn zone(site: &Site, zone: String) -> Header<'static> {
    let lasts = if zone.is_empty() { Duration::ZERO } else { Duration::days(365) };
    let mut header = made(site, ZONE, zone);
    header.set_http_only(false);
    header.set_max_age(lasts);
    header
}

/// What the time zone's cookie is called here.
pub(crate) fn zone_name(site: &Site) -> String {
    name(site, ZONE)
}

/// The time zone's name as the browser sent it.
pub(crate) fn zone_of(site: &Site, request: &HttpRequest) -> Option<String> {
    request.cookie(&name(site, ZONE)).map(|c| c.value().to_owned())
}
