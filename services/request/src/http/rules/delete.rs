//! `DELETE /v1/rules/{id}`

use actix_web::{HttpResponse, delete, web::Data};
use domain::RuleId;
use serde::Deserialize;
use web::{Caller, Path, Problem, Query};

use crate::http::{Api, problems};
use crate::usecase;

/// Which state of it.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Seen {
    /// The version that the caller saw; another one is refused.
    version: Option<i64>,
}

/// Take a rule out of force. Access that it gave stays until its deadline.
#[utoipa::path(tag = "rules", params(("id" = RuleId, Path, description = "The rule."), Seen),
    responses((status = 204, description = "It is out of force.")))]
#[delete("/v1/rules/{id}")]
pub async fn delete_rule(
    api: Data<Api>,
    caller: Caller,
    id: Path<RuleId>,
    seen: Query<Seen>,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let mut tx = api.begin(caller.actor()).await?;
    usecase::delete_rule(&mut tx, id.into_inner(), seen.into_inner().version).await?;
    tx.commit().await.map_err(problems::store)?;
    Ok(HttpResponse::NoContent().finish())
}
