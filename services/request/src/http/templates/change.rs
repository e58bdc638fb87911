//! `PUT /v1/templates/{id}`

use actix_web::{HttpResponse, put, web::Data};
use domain::TemplateId;
use serde::{Deserialize, Serialize};
use web::{Caller, IdempotencyKey, Json, Path, Problem};

use super::{TemplateView, Wanted, view};
use crate::http::Api;
use crate::http::once::{Answer, once};
use crate::usecase::{self, SaveTemplate};

/// What it is from now on.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedTemplate {
    /// What the caller calls it, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What is asked for.
    wanted: Wanted,
}

/// Change one of the caller's templates.
#[utoipa::path(tag = "templates", request_body = ChangedTemplate,
    params(("id" = TemplateId, Path, description = "The template."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 200, description = "It is changed.", body = TemplateView)))]
#[put("/v1/templates/{id}")]
pub async fn change_template(
    api: Data<Api>,
    caller: Caller,
    key: IdempotencyKey,
    id: Path<TemplateId>,
    body: Json<ChangedTemplate>,
) -> Result<HttpResponse, Problem> {
    caller.require_user()?;
    let (id, body) = (id.into_inner(), body.into_inner());
    let command = SaveTemplate::Change { id, name: body.name.clone(), spec: body.wanted.clone().parse()? };
    let limits = &api.settings.requests;
    let answer = once(&api, &caller, key, &format!("PUT /v1/templates/{id}"), &body, async |tx| {
        Answer::done(&view(usecase::save_template(tx, limits, command).await?))
    })
    .await?;
    Ok(answer.respond("/v1/templates"))
}
