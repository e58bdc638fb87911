//! `GET /v1/rules/{id}`

use actix_web::{get, web::Data};
use domain::RuleId;
use domain::rules::Rule;
use store::rules;
use web::{Caller, Json, Path, Problem};

use crate::http::{Api, problems};

/// One rule in force.
#[utoipa::path(tag = "rules", params(("id" = RuleId, Path, description = "The rule.")),
    responses((status = 200, description = "The rule.", body = Rule)))]
#[get("/v1/rules/{id}")]
pub async fn show_rule(api: Data<Api>, caller: Caller, id: Path<RuleId>) -> Result<Json<Rule>, Problem> {
    caller.require_auditor_or_admin()?;
    let id = id.into_inner();
    let mut tx = api.begin(caller.actor()).await?;
    let rules = rules::all(tx.connection()).await.map_err(problems::store)?;
    rules.into_iter().find(|rule| rule.id == id).map(Json).ok_or_else(|| Problem::not_found("rule"))
}
