//! A page that says one thing.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use client::ClientError;

use super::frame::{Frame, page};
use super::problems;
use crate::look::Look;

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'a> {
    frame: Frame,
    title: &'a str,
    text: &'a str,
}

pub(super) fn notice(frame: Frame, status: StatusCode, title: &str, text: &str) -> HttpResponse {
    page(status, &Notice { frame, title, text })
}

/// What the API refused, in words and with the API's status.
pub(super) fn notice_of(frame: Frame, look: &Look, title: &str, error: &ClientError) -> HttpResponse {
    let status = error.problem().and_then(|p| StatusCode::from_u16(p.status).ok()).unwrap_or(StatusCode::BAD_GATEWAY);
    notice(frame, status, title, &problems::why(error, look))
}
