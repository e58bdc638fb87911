//! No page.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::frame::session;
use super::notice::notice;
use crate::Site;

/// Whether an address would be a page's: not the API's, its document's, or the process's own.
pub(super) fn is_a_page(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    !matches!(first, "v1" | "docs" | "openapi.json" | "livez" | "readyz" | "metrics")
}

pub(super) async fn not_found(site: Data<Site>, request: HttpRequest) -> HttpResponse {
    let session = match session(&site, &request).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    notice(&site, session.as_ref(), StatusCode::NOT_FOUND, "No such page", "There is nothing at this address.")
}
