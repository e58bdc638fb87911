//! `POST /v1/drift/{id}/acknowledge`

use actix_web::{post, web::Data};
use domain::{Comment, DriftId};
use serde::Deserialize;
use web::{Caller, Json, Path, Problem, ProblemType};

use super::super::State;
use super::view::DriftView;

/// Why it is left as it is.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeDrift {
    /// For whoever asks later.
    #[serde(default)]
    comment: Option<String>,
}

/// Says that a difference was seen and is left as it is; an orphan that is not being removed yet stays then. What was
/// acknowledged before, or is over, stays as it is.
#[utoipa::path(
    tag = "drift",
    operation_id = "acknowledge_drift",
    params(("id" = DriftId, Path, description = "The difference")),
    request_body = AcknowledgeDrift,
    responses(
        (status = 200, body = DriftView),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[post("/v1/drift/{id}/acknowledge")]
pub async fn acknowledge_drift(
    state: Data<State>,
    caller: Caller,
    id: Path<DriftId>,
    body: Json<AcknowledgeDrift>,
) -> Result<Json<DriftView>, Problem> {
    let person = caller.require_admin()?;
    let comment = body.into_inner().comment.as_deref().map(Comment::parse).transpose();
    let comment = comment.map_err(|e| Problem::because(ProblemType::CommentTooLong, e.to_string()))?;
    let (by, comment) = (person.id.as_str(), comment.as_ref().map(Comment::as_str));
    let mut tx = state.db.begin(caller.actor()).await?;
    let drift = store::drift::acknowledge(&mut tx, id.into_inner(), by, comment).await?;
    let drift = drift.ok_or_else(|| Problem::new(ProblemType::NotFound))?;
    tx.commit().await?;
    Ok(Json(drift.into()))
}
