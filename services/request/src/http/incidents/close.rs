//! `POST /v1/incidents/{id}/close`

use actix_web::{HttpResponse, post, web::Data};
use domain::IncidentId;
use web::{Caller, IdempotencyKey, Path, Problem};

use super::{IncidentView, may_write, view};
use crate::http::once::{Answer, once};
use crate::http::{Api, problems};
use crate::usecase;

/// Say that it is over. Access that was given because of it keeps its deadline.
#[utoipa::path(tag = "incidents",
    params(("id" = IncidentId, Path, description = "The incident."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 200, description = "It is closed.", body = IncidentView)))]
#[post("/v1/incidents/{id}/close")]
pub async fn close_incident(
    api: Data<Api>,
    caller: Caller,
    key: IdempotencyKey,
    id: Path<IncidentId>,
) -> Result<HttpResponse, Problem> {
    may_write(&caller)?;
    let id = id.into_inner();
    let answer = once(&api, &caller, key, &format!("POST /v1/incidents/{id}/close"), &(), async |tx| {
        let closed = usecase::close_incident(tx, id).await.map_err(problems::store)?;
        Answer::done(&view(closed.ok_or_else(|| Problem::not_found("incident"))?))
    })
    .await?;
    Ok(answer.respond("/v1/incidents"))
}
