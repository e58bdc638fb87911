//! `POST /v1/views`

use actix_web::{HttpResponse, post, web::Data};
use web::{Caller, IdempotencyKey, Json, Problem};

use super::{NewView, ViewView, view};
use crate::http::Api;
use crate::http::once::{Answer, once};
use crate::usecase::{self, SaveView};

/// Keep filters under a name.
#[utoipa::path(tag = "views", request_body = NewView,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 201, description = "The view exists.", body = ViewView,
        headers(("Location" = String, description = "Where it is found.")))))]
#[post("/v1/views")]
pub async fn make_view(
    api: Data<Api>,
    caller: Caller,
    key: IdempotencyKey,
    body: Json<NewView>,
) -> Result<HttpResponse, Problem> {
    caller.require_user()?;
    let body = body.into_inner();
    let command = SaveView { id: None, name: body.name.clone(), filter: body.filter.clone() };
    let answer = once(&api, &caller, key, "POST /v1/views", &body, async |tx| {
        Answer::created(&view(usecase::save_view(tx, command).await?))
    })
    .await?;
    Ok(answer.respond("/v1/views"))
}
