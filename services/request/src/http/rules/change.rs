//! `PUT /v1/rules/{id}`

use actix_web::{put, web::Data};
use domain::rules::{Accounts, Approval, PermissionSets, Rule, RuleSpec, Subjects};
use domain::{Minutes, RuleId};
use serde::Deserialize;
use web::{Caller, Json, Path, Problem};

use crate::http::{Api, problems};
use crate::usecase;

/// What the rule shall say, and the version that it replaces.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleChange {
    /// The version that the caller saw; another one is refused.
    version: i64,
    /// What people call it, 1 to 200 characters.
    name: String,
    /// Whether it counts.
    #[serde(default = "yes")]
    enabled: bool,
    /// Whom it is for.
    subjects: Subjects,
    /// Where.
    accounts: Accounts,
    /// What.
    permission_sets: PermissionSets,
    /// The longest access, in minutes.
    #[schema(value_type = i64, minimum = 1)]
    max_minutes: Minutes,
    /// Whether a ticket must be named.
    #[serde(default)]
    ticket_required: bool,
    /// Who has to agree.
    approval: Approval,
}

const fn yes() -> bool {
    true
}

/// Change a rule. Requests keep the version that they were judged by.
#[utoipa::path(tag = "rules", request_body = RuleChange, params(("id" = RuleId, Path, description = "The rule.")),
    responses((status = 200, description = "The rule as it is in force now.", body = Rule)))]
#[put("/v1/rules/{id}")]
pub async fn change_rule(
    api: Data<Api>,
    caller: Caller,
    id: Path<RuleId>,
    body: Json<RuleChange>,
) -> Result<Json<Rule>, Problem> {
    caller.require_admin()?;
    let RuleChange {
        version,
        name,
        enabled,
        subjects,
        accounts,
        permission_sets,
        max_minutes,
        ticket_required,
        approval,
    } = body.into_inner();
    let spec = RuleSpec { name, enabled, subjects, accounts, permission_sets, max_minutes, ticket_required, approval };
    let mut tx = api.begin(caller.actor()).await?;
    let most = api.settings.requests.max_minutes;
    let rule = usecase::change_rule(&mut tx, most, id.into_inner(), version, spec).await?;
    tx.commit().await.map_err(problems::store)?;
    Ok(Json(rule))
}
