//! `POST /v1/incidents`

use actix_web::{HttpResponse, post, web::Data};
use domain::AccountId;
use domain::rules::Severity;
use serde::{Deserialize, Serialize};
use web::{Caller, IdempotencyKey, Json, Problem, ProblemType};

use super::{IncidentView, may_write, view};
use crate::http::Api;
use crate::http::once::{Answer, once};
use crate::usecase::{self, OpenIncident};

/// What is wrong.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIncident {
    /// What people call it, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200, example = "Payments fail in Europe")]
    title: String,
    /// How urgent, one of the severities in the settings.
    #[serde(default)]
    severity: Severity,
    /// The accounts that it is about, at most 1,000; none means all.
    #[serde(default)]
    accounts: Vec<AccountId>,
    /// Its id in the system that it comes from, at most 200 characters. While an incident with it is open, opening
    /// another one answers that one.
    #[schema(max_length = 200, example = "PD-Q1W2E3")]
    reference: Option<String>,
}

const TEXT_MOST: usize = 200;
const ACCOUNTS_MOST: usize = 1_000;

impl NewIncident {
    fn parse(self) -> Result<OpenIncident, Problem> {
        if self.accounts.len() > ACCOUNTS_MOST {
            let said = format!("An incident names at most {ACCOUNTS_MOST} accounts; naming none means all.");
            return Err(Problem::because(ProblemType::InvalidIncident, said).with("path", "accounts"));
        }
        Ok(OpenIncident {
            title: text("title", &self.title)?,
            severity: self.severity,
            accounts: self.accounts,
            reference: self.reference.as_deref().map(|reference| text("reference", reference)).transpose()?,
        })
    }
}

fn text(field: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > TEXT_MOST || text.chars().any(char::is_control) {
        let said = format!("`{field}` has 1 to {TEXT_MOST} characters, none of them a control character.");
        return Err(Problem::because(ProblemType::InvalidIncident, said).with("path", field));
    }
    Ok(text.to_owned())
}

/// Open an incident. For admins, and machines with the scope `incidents:write`.
#[utoipa::path(tag = "incidents", request_body = NewIncident,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 201, description = "The incident is open; the one that was, where its reference is known.", body = IncidentView,
        headers(("Location" = String, description = "Where it is found.")))))]
#[post("/v1/incidents")]
pub async fn open_incident(
    api: Data<Api>,
    caller: Caller,
    key: IdempotencyKey,
    body: Json<NewIncident>,
) -> Result<HttpResponse, Problem> {
    may_write(&caller)?;
    let body = body.into_inner();
    let command = body.clone().parse()?;
    let limits = &api.settings.requests;
    let answer = once(&api, &caller, key, "POST /v1/incidents", &body, async |tx| {
        Answer::created(&view(usecase::open_incident(tx, limits, command).await?))
    })
    .await?;
    Ok(answer.respond("/v1/incidents"))
}
