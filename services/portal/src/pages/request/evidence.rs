//! `GET /requests/{id}/evidence`: everything that is known of a request, as a file.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Path;

use super::which;
use crate::pages::visit::{Visit, answer};

pub(in crate::pages) async fn evidence(visit: Visit, id: Path<String>) -> HttpResponse {
    answer(async {
        let (me, id) = which(visit, &id).await?;
        let bundle = me.api.evidence(id).await.map_err(|error| me.refused(me.t().no_request(), &error))?;
        let text = serde_json::to_string_pretty(&bundle).unwrap_or_default();
        Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "application/json"))
            .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"evidence-{id}.json\"")))
            .body(text))
    })
    .await
}
