//! A page that says one thing.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use client::ClientError;

use super::frame::{Frame, page};
use super::words;
use crate::Site;
use crate::session::Session;

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'a> {
    frame: Frame,
    title: &'a str,
    text: &'a str,
}

pub(super) fn notice(
    site: &Site,
    session: Option<&Session>,
    status: StatusCode,
    title: &str,
    text: &str,
) -> HttpResponse {
    page(status, &Notice { frame: Frame::of(site, session), title, text })
}

/// What the API refused, in words and with the API's status.
pub(super) fn refused(site: &Site, session: Option<&Session>, title: &str, error: &ClientError) -> HttpResponse {
    let status = error.problem().and_then(|p| StatusCode::from_u16(p.status).ok()).unwrap_or(StatusCode::BAD_GATEWAY);
    notice(site, session, status, title, &words::why(error))
}

/// Something that is needed does not answer.
pub(super) fn away(site: &Site) -> HttpResponse {
    let text = "Something that Curfew needs is away. Please try again in a minute.";
    notice(site, None, StatusCode::SERVICE_UNAVAILABLE, "Not now", text)
}

/// A form that no page of ours sent in this session.
pub(super) fn stale_form(site: &Site, session: Option<&Session>) -> HttpResponse {
    let text = "The form is out of date, or it did not come from this page. Open the page again and repeat it. \
                Nothing was changed.";
    notice(site, session, StatusCode::FORBIDDEN, "Please repeat that", text)
}
