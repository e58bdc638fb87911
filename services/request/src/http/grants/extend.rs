//! `POST /v1/grants/{id}/extensions`

use actix_web::{HttpResponse, post, web::Data};
use domain::rules::Severity;
use domain::{GrantId, Justification, Minutes, RuleId, Ticket};
use serde::{Deserialize, Serialize};
use web::{Caller, IdempotencyKey, Json, Path, Problem};

use crate::http::once::{Answer, once};
use crate::http::requests::view;
use crate::http::view::RequestView;
use crate::http::{Api, problems};
use crate::observe;
use crate::usecase::{self, Extend, Refusal};

/// How much longer, and why.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExtension {
    /// How much longer, in whole minutes.
    #[schema(minimum = 1, example = 30)]
    minutes: i64,
    /// Why.
    #[schema(max_length = 10_000)]
    reason: String,
    /// The number of a ticket in another system.
    #[schema(max_length = 200)]
    ticket: Option<String>,
    /// How urgent, one of the severities in the settings.
    #[serde(default)]
    severity: Severity,
    /// The break-glass rule by which it is taken, by its id.
    break_glass: Option<RuleId>,
}

impl NewExtension {
    fn parse(self, grant: GrantId) -> Result<Extend, Refusal> {
        Ok(Extend {
            grant,
            minutes: Minutes::new(self.minutes).map_err(Refusal::Minutes)?,
            severity: self.severity,
            break_glass: self.break_glass,
            reason: Justification::parse(&self.reason).map_err(Refusal::Reason)?,
            ticket: self.ticket.as_deref().map(Ticket::parse).transpose().map_err(Refusal::Ticket)?,
        })
    }
}

/// Ask for more time. The answer is a request of its own; the deadline does not wait for its decision.
#[utoipa::path(tag = "grants", request_body = NewExtension,
    params(("id" = GrantId, Path, description = "The access."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 201, description = "The request for more time exists.", body = RequestView,
        headers(("Location" = String, description = "Where it is found.")))))]
#[post("/v1/grants/{id}/extensions")]
pub async fn extend_grant(
    api: Data<Api>,
    caller: Caller,
    key: IdempotencyKey,
    id: Path<GrantId>,
    body: Json<NewExtension>,
) -> Result<HttpResponse, Problem> {
    let me = caller.require_user()?;
    let (id, asked) = (id.into_inner(), body.into_inner());
    let command = asked.clone().parse(id)?;
    let limits = &api.settings.requests;
    let prepared = api.prepare_extension(&command, &me.id).await.map_err(problems::store)?;
    let mut opened = None;
    let answer = once(&api, &caller, key, &format!("POST /v1/grants/{id}/extensions"), &asked, async |tx| {
        let asked = usecase::extend(tx, &api.judge, limits, command, &prepared).await?;
        Answer::created(&view(tx, opened.insert(asked).request).await?)
    })
    .await?;
    if let Some(opened) = opened {
        observe::submitted(opened.request, 1, opened.approvals.is_empty());
    }
    Ok(answer.respond("/v1/requests"))
}
