//! `POST /v1/requests`

use actix_web::{HttpResponse, post, web::Data};
use domain::rules::Severity;
use domain::{Justification, Minutes, Pair, RuleId, TemplateId, Ticket, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use web::{Caller, IdempotencyKey, Json, Problem};

use super::view;
use crate::http::once::{Answer, once};
use crate::http::view::RequestView;
use crate::http::{Api, problems};
use crate::observe;
use crate::usecase::{self, Refusal, Submit};

/// What somebody asks for.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// 1 to 50 different pairs.
    #[schema(min_items = 1, max_items = 50)]
    pairs: Vec<Pair>,
    /// How long, in whole minutes.
    #[schema(minimum = 1, example = 60)]
    minutes: i64,
    /// Why; how long it must be is a setting (`GET /v1/me`), and rules may demand more.
    #[schema(max_length = 10_000, example = "Deploy the hotfix for the payment outage")]
    reason: String,
    /// The number of a ticket in another system.
    #[schema(max_length = 200)]
    ticket: Option<String>,
    /// From when; without it, as soon as it is approved.
    start_at: Option<Timestamp>,
    /// How urgent, one of the severities in the settings (`GET /v1/me`).
    #[serde(default)]
    severity: Severity,
    /// Who shall have the access; without it, the caller. A rule must let the caller ask for somebody else.
    beneficiary: Option<UserId>,
    /// The break-glass rule by which it is taken, by its id: at once, loudly, and owing a review.
    break_glass: Option<RuleId>,
    /// The caller's template that it was made from; remembered as used.
    template: Option<TemplateId>,
}

impl NewRequest {
    fn parse(self) -> Result<Submit, Refusal> {
        Ok(Submit {
            beneficiary: self.beneficiary,
            pairs: self.pairs,
            minutes: Minutes::new(self.minutes).map_err(Refusal::Minutes)?,
            start_at: self.start_at,
            severity: self.severity,
            reason: Justification::parse(&self.reason).map_err(Refusal::Reason)?,
            ticket: self.ticket.as_deref().map(Ticket::parse).transpose().map_err(Refusal::Ticket)?,
            break_glass: self.break_glass,
            template: self.template,
        })
    }
}

/// Ask for access.
#[utoipa::path(tag = "requests", request_body = NewRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe: the same key hears the same answer for a day.")),
    responses((status = 201, description = "The request exists; approved already, whole or in part, where nobody has to decide.", body = RequestView,
        headers(("Location" = String, description = "Where it is found.")))))]
#[post("/v1/requests")]
pub async fn submit_request(
    api: Data<Api>,
    caller: Caller,
    key: IdempotencyKey,
    body: Json<NewRequest>,
) -> Result<HttpResponse, Problem> {
    let me = caller.require_user()?;
    let asked = body.into_inner();
    let command = asked.clone().parse()?;
    let prepared = api.prepare(&command.proposal(&me.id)).await.map_err(problems::store)?;
    let limits = &api.settings.requests;
    let mut opened = None;
    let pairs = asked.pairs.len();
    let answer = once(&api, &caller, key, "POST /v1/requests", &asked, async |tx| {
        let asked = usecase::submit(tx, &api.judge, limits, command, &prepared).await?;
        Answer::created(&view(tx, opened.insert(asked).request).await?)
    })
    .await?;
    if let Some(opened) = opened {
        observe::submitted(opened.request, pairs, opened.approvals.is_empty());
    }
    Ok(answer.respond("/v1/requests"))
}
