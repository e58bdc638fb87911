//! What browsers fetch beside pages: one small style sheet, no scripts.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};

const STYLE: &str = include_str!("curfew.css");

/// The style sheet's address; the length in it lets a changed one be fetched at once.
pub(crate) fn style_path() -> String {
    format!("/assets/curfew.css?{}", STYLE.len())
}

/// `GET /assets/curfew.css`
pub(crate) async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "public, max-age=86400"))
        .body(STYLE)
}
