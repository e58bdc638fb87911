//! `POST /v1/grants/{id}/force-revoke`

use actix_web::{HttpResponse, post, web::Data};
use cloud::Presence;
use domain::fact::Evidence;
use domain::grant::GrantState;
use domain::{Comment, GrantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::grants;
use utoipa::ToSchema;
use web::once::{Answer, once};
use web::{Caller, IdempotencyKey, Json, Path, Problem, ProblemType};

use super::State;
use crate::usecase::{Force, force};

/// Why.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForceRevokeGrant {
    /// What the person who had the access is told, where it still lives.
    #[serde(default)]
    reason: Option<String>,
}

/// What AWS shows, and what follows.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForcedRevocation {
    /// The grant.
    grant: GrantId,
    /// Where it stands now.
    state: GrantState,
    /// How it was known to be gone, where it had ended.
    evidence: Option<Evidence>,
    /// Whether AWS shows the assignment to this person just now; none where AWS could not be asked.
    shown_by_aws: Option<bool>,
    /// When it was asked.
    asked_at: Timestamp,
    /// Why AWS could not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_asked: Option<String>,
    /// Whether a removal is due now, whatever its rest would have been.
    removal_due: bool,
    /// Other grants that keep the access.
    kept_by: Vec<GrantId>,
}

/// Have the removal tried now, whatever its rest would be. A grant that lives ends first, with all others on its
/// assignment. Of one that has ended AWS is asked whether the access is truly gone: what shows again within a day of its
/// removal is removed again; later it is not Curfew's, and only told.
#[utoipa::path(tag = "grants", request_body = ForceRevokeGrant,
    params(("id" = GrantId, Path, description = "The grant."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 200, description = "What AWS shows, and what follows.", body = ForcedRevocation)))]
#[post("/v1/grants/{id}/force-revoke")]
pub async fn force_revoke_grant(
    state: Data<State>,
    caller: Caller,
    key: IdempotencyKey,
    id: Path<GrantId>,
    body: Json<ForceRevokeGrant>,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let (id, body) = (id.into_inner(), body.into_inner());
    let comment = body.reason.as_deref().map(Comment::parse).transpose();
    let comment = comment.map_err(|e| Problem::because(ProblemType::CommentTooLong, e.to_string()))?;
    let seen = look(&state, id).await?;
    let asked_at = state.db.clock().now();
    let answer = once(&state.db, &caller, key, &format!("POST /v1/grants/{id}/force-revoke"), &body, async |tx| {
        let (seen, not_asked) = match seen {
            Ok(seen) => (Some(seen), None),
            Err(why) => (None, Some(why)),
        };
        let forced = force(tx, &Force { grant: id, comment, seen }).await?;
        Answer::done(&ForcedRevocation {
            grant: id,
            state: forced.grant.state,
            evidence: forced.grant.evidence,
            shown_by_aws: seen,
            asked_at,
            not_asked,
            removal_due: forced.removal_due,
            kept_by: forced.kept_by,
        })
    })
    .await?;
    Ok(answer.respond("/v1/grants"))
}

/// Whether AWS shows it, or why that could not be asked. No transaction is open meanwhile.
async fn look(state: &State, id: GrantId) -> Result<Result<bool, String>, Problem> {
    let found = grants::get(&mut *state.db.read().await?, id).await?;
    let grant = found.ok_or_else(|| Problem::not_found("grant"))?;
    let Some(cloud) = state.aws.as_ref().and_then(process::Aws::now) else {
        return Ok(Err("AWS has not answered this process yet".to_owned()));
    };
    Ok(match cloud.deletions().read(&grant.tuple).await {
        Ok(presence) => Ok(presence == Presence::Present),
        // Where the account or the permission set is gone, nothing can be assigned.
        Err(cloud::CallError::NotFound(_)) => Ok(false),
        Err(error) => Err(error.to_string()),
    })
}
