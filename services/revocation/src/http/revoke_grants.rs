//! `POST /v1/grants/revoke`

use actix_web::{post, web::Data};
use domain::{Comment, GrantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, Json, Problem, ProblemType};

use super::State;
use super::view::{EndedGrant, Ending, Remaining};
use crate::usecase::{self, Refused, Revoke, Revoker};

/// The most grants of one call.
const MOST: usize = 500;

/// Which, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeGrants {
    /// 1 to 500 of them; others on the same assignments live on, and the answer names those.
    grants: Vec<GrantId>,
    /// What the people who had the access are told.
    #[serde(default)]
    reason: Option<String>,
}

/// What became of each.
#[derive(Debug, Serialize, ToSchema)]
pub struct Endings {
    /// The grants that are ending now, or had been revoked before.
    ended: Vec<EndedGrant>,
    /// Other grants that keep the same access alive, and until when.
    remaining: Vec<Remaining>,
    /// The grants that could not be revoked.
    refused: Vec<RefusedGrant>,
}

/// A grant that could not be revoked.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedGrant {
    /// Which.
    grant: GrantId,
    /// Why, in words.
    because: String,
}

/// Takes several accesses away, as after a change of rules that does not allow them any more. Each by itself: one that
/// ended meanwhile keeps no other alive.
#[utoipa::path(
    tag = "grants",
    operation_id = "revoke_grants",
    request_body = RevokeGrants,
    responses(
        (status = 200, body = Endings),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[post("/v1/grants/revoke")]
pub async fn revoke_grants(
    state: Data<State>,
    caller: Caller,
    body: Json<RevokeGrants>,
) -> Result<Json<Endings>, Problem> {
    let person = caller.require_admin()?;
    let RevokeGrants { mut grants, reason } = body.into_inner();
    if grants.is_empty() || grants.len() > MOST {
        let said = format!("Give 1 to {MOST} grants; there are {}.", grants.len());
        return Err(Problem::because(ProblemType::InvalidValue, said).with("path", "grants"));
    }
    let comment = reason.as_deref().map(Comment::parse).transpose();
    let comment = comment.map_err(|e| Problem::because(ProblemType::CommentTooLong, e.to_string()))?;
    let groups = person.groups.iter().map(|(id, _)| id.clone()).collect();
    let revoker = Revoker { user: person.id.clone(), groups, is_admin: true };
    grants.sort_unstable();
    grants.dedup();
    let mut endings = Endings { ended: Vec::new(), remaining: Vec::new(), refused: Vec::new() };
    for grant in grants {
        let command = Revoke { grant, only_this: true, comment: comment.clone(), version: None };
        let mut tx = state.db.begin(caller.actor()).await?;
        match usecase::revoke(&mut tx, &command, &revoker).await {
            Ok(ended) => {
                tx.commit().await?;
                let Ending { ended, remaining } = ended.into();
                endings.ended.extend(ended);
                endings.remaining.extend(remaining);
            }
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(refused) => endings.refused.push(RefusedGrant { grant, because: refused.to_string() }),
        }
    }
    // What was revoked after it was found beside another one does not remain.
    endings.remaining.retain(|r| !endings.ended.iter().any(|ended| ended.grant == r.grant));
    endings.remaining.sort_by_key(|r| r.grant);
    endings.remaining.dedup_by_key(|r| r.grant);
    Ok(Json(endings))
}
