//! `PUT /v1/views/{id}`

use actix_web::{HttpResponse, put, web::Data};
use domain::ViewId;
use web::{Caller, IdempotencyKey, Json, Path, Problem};

use super::{NewView, ViewView, view};
use crate::http::Api;
use crate::http::once::{Answer, once};
use crate::usecase::{self, SaveView};

/// Change one of the caller's views, or what it is called.
#[utoipa::path(tag = "views", request_body = NewView,
    params(("id" = ViewId, Path, description = "The view."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 200, description = "It is changed.", body = ViewView)))]
#[put("/v1/views/{id}")]
pub async fn change_view(
    api: Data<Api>,
    caller: Caller,
    key: IdempotencyKey,
    id: Path<ViewId>,
    body: Json<NewView>,
) -> Result<HttpResponse, Problem> {
    caller.require_user()?;
    let (id, body) = (id.into_inner(), body.into_inner());
    let command = SaveView { id: Some(id), name: body.name.clone(), filter: body.filter.clone() };
    let answer = once(&api, &caller, key, &format!("PUT /v1/views/{id}"), &body, async |tx| {
        Answer::done(&view(usecase::save_view(tx, command).await?))
    })
    .await?;
    Ok(answer.respond("/v1/views"))
}
