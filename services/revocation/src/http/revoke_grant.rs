//! `POST /v1/grants/{id}/revoke`

use actix_web::{post, web::Data};
use domain::{Comment, GrantId};
use serde::Deserialize;
use web::{Caller, Json, Path, Problem, ProblemType};

use super::State;
use super::view::Ending;
use crate::usecase::{self, Revoke, Revoker};

/// Why, and how much.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeGrant {
    /// What the person who had the access is told.
    reason: Option<String>,
    /// Only this grant; otherwise every grant on the same assignment ends, so that the access is gone.
    #[serde(default)]
    only_this: bool,
    /// Refuse if the grant is no longer at this version.
    version: Option<i64>,
}

/// Takes access away: an approver of its request, or an admin.
#[utoipa::path(
    tag = "grants",
    operation_id = "revoke_grant",
    params(("id" = GrantId, Path, description = "The grant")),
    request_body = RevokeGrant,
    responses(
        (status = 200, body = Ending),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[post("/v1/grants/{id}/revoke")]
pub async fn revoke_grant(
    state: Data<State>,
    caller: Caller,
    id: Path<GrantId>,
    body: Json<RevokeGrant>,
) -> Result<Json<Ending>, Problem> {
    let person = caller.require_user()?;
    let body = body.into_inner();
    let comment = match &body.reason {
        Some(text) => {
            Some(Comment::parse(text).map_err(|e| Problem::because(ProblemType::CommentTooLong, e.to_string()))?)
        }
        None => None,
    };
    let revoker = Revoker {
        user: person.id.clone(),
        groups: person.groups.iter().map(|(id, _)| id.clone()).collect(),
        is_admin: caller.personas().admin,
    };
    let command = Revoke { grant: id.into_inner(), only_this: body.only_this, comment, version: body.version };
    let mut tx = state.db.begin(caller.actor()).await?;
    let ended = usecase::revoke(&mut tx, &command, &revoker).await?;
    tx.commit().await?;
    Ok(Json(ended.into()))
}
