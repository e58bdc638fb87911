//! `POST /v1/rules`

use actix_web::{HttpResponse, post, web::Data};
use domain::rules::{Rule, RuleSpec};
use web::{Caller, IdempotencyKey, Json, Problem};

use crate::http::Api;
use crate::http::once::{Answer, once};
use crate::usecase;

/// Make a rule; it is in force at once.
#[utoipa::path(tag = "rules", request_body = RuleSpec,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 201, description = "The rule is in force.", body = Rule,
        headers(("Location" = String, description = "Where it is found.")))))]
#[post("/v1/rules")]
pub async fn make_rule(
    api: Data<Api>,
    caller: Caller,
    key: IdempotencyKey,
    body: Json<RuleSpec>,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let (spec, most) = (body.into_inner(), api.settings.requests.max_minutes);
    let answer = once(&api, &caller, key, "POST /v1/rules", &spec.clone(), async |tx| {
        Answer::created(&usecase::make_rule(tx, most, spec).await?)
    })
    .await?;
    Ok(answer.respond("/v1/rules"))
}
