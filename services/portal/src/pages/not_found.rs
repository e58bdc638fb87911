//! No page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::visit::{Visit, answer};

/// Whether an address would be a page's: not the API's, its document's, or the process's own.
pub(super) fn is_a_page(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    !matches!(first, "v1" | "docs" | "openapi.json" | "livez" | "readyz" | "metrics")
}

pub(super) async fn not_found(visit: Visit) -> HttpResponse {
    answer(async {
        let (visit, session) = visit.known().await?;
        let t = visit.t();
        Ok(visit.notice(session.as_ref(), StatusCode::NOT_FOUND, t.no_page_title(), t.no_page_text()))
    })
    .await
}
