//! `GET /v1/rules`

use actix_web::{get, web::Data};
use domain::RuleId;
use domain::rules::Rule;
use serde::Deserialize;
use store::rules;
use web::{Caller, Cursor, Json, Limit, Page, Problem, ProblemType, Query};

use crate::http::{Api, problems};

/// Which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The page after this one.
    cursor: Option<Cursor>,
    /// How many a page has, 1 to 200.
    #[serde(default)]
    limit: Limit,
}

/// The rules in force, the oldest first.
#[utoipa::path(tag = "rules", params(Which),
    responses((status = 200, description = "A page of rules.", body = Page<Rule>)))]
#[get("/v1/rules")]
pub async fn list_rules(api: Data<Api>, caller: Caller, which: Query<Which>) -> Result<Json<Page<Rule>>, Problem> {
    caller.require_auditor_or_admin()?;
    let Which { cursor, limit } = which.into_inner();
    let after: Option<RuleId> = match cursor {
        None => None,
        Some(cursor) => Some(cursor.id.parse().map_err(|_| Problem::new(ProblemType::InvalidCursor))?),
    };
    let mut tx = api.begin(caller.actor()).await?;
    let rules = rules::all(tx.connection()).await.map_err(problems::store)?;
    let rows = rules.into_iter().filter(|rule| after.is_none_or(|after| rule.id > after)).collect();
    Ok(Json(Page::of(rows, limit, |rule| Cursor::after("", rule.id))))
}
