//! Forms that only our own pages can send: the browser says where a form came from, and the form carries a
//! code that no other site can make.

use actix_web::HttpRequest;

use super::Session;
use super::seal::{Key, SealError};
use crate::Site;

/// The code for a form that acts on `what`: bound to the session, or, where nobody is signed in, to us.
pub(crate) fn code(site: &Site, session: Option<&Session>, what: &str) -> Result<String, SealError> {
    Ok(match session {
        Some(session) => Key::of_cookie(session.secret(), "forms")?.code(what),
        None => site.key.code(&format!("form {what}")),
    })
}

/// Whether the form came from a page of ours in this session.
pub(crate) fn is_ours(site: &Site, session: Option<&Session>, request: &HttpRequest, what: &str, code: &str) -> bool {
    let known = match session {
        Some(session) => Key::of_cookie(session.secret(), "forms").is_ok_and(|key| key.verifies(what, code)),
        None => site.key.verifies(&format!("form {what}"), code),
    };
    known && from_here(site, request)
}

/// Browsers send one of the two with every form; a request without either is refused.
fn from_here(site: &Site, request: &HttpRequest) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    match (header("sec-fetch-site"), header("origin")) {
        (Some(place), origin) => place == "same-origin" && origin.is_none_or(|o| o == site.origin),
        (None, Some(origin)) => origin == site.origin,
        (None, None) => false,
    }
}
