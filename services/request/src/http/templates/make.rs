//! `POST /v1/templates`

use actix_web::{HttpResponse, post, web::Data};
use domain::RequestId;
use serde::{Deserialize, Serialize};
use web::{Caller, IdempotencyKey, Json, Problem, ProblemType};

use super::{TemplateView, Wanted, view};
use crate::http::Api;
use crate::http::once::{Answer, once};
use crate::usecase::{self, SaveTemplate};

/// What is to be kept: `wanted`, or what was asked for once.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTemplate {
    /// What the caller calls it, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200, example = "Deploy payments")]
    name: String,
    /// What is asked for.
    wanted: Option<Wanted>,
    /// A request of the caller's that asked for it.
    from_request: Option<RequestId>,
}

impl NewTemplate {
    fn parse(self) -> Result<SaveTemplate, Problem> {
        match (self.wanted, self.from_request) {
            (Some(wanted), None) => Ok(SaveTemplate::New { name: self.name, spec: wanted.parse()? }),
            (None, Some(request)) => Ok(SaveTemplate::FromRequest { name: self.name, request }),
            (Some(_), Some(_)) | (None, None) => Err(Problem::because(
                ProblemType::InvalidTemplate,
                "Give either `wanted`, or `from_request`, and not both.",
            )),
        }
    }
}

/// Keep what is asked for again and again. Reason and ticket are never kept.
#[utoipa::path(tag = "templates", request_body = NewTemplate,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 201, description = "The template exists.", body = TemplateView,
        headers(("Location" = String, description = "Where it is found.")))))]
#[post("/v1/templates")]
pub async fn make_template(
    api: Data<Api>,
    caller: Caller,
    key: IdempotencyKey,
    body: Json<NewTemplate>,
) -> Result<HttpResponse, Problem> {
    caller.require_user()?;
    let body = body.into_inner();
    let command = body.clone().parse()?;
    let limits = &api.settings.requests;
    let answer = once(&api, &caller, key, "POST /v1/templates", &body, async |tx| {
        Answer::created(&view(usecase::save_template(tx, limits, command).await?))
    })
    .await?;
    Ok(answer.respond("/v1/templates"))
}
