//! `POST /v1/parked/{id}/acknowledge`

use actix_web::{HttpResponse, post, web::Data};
use domain::Comment;
use serde::{Deserialize, Serialize};
use store::parked;
use utoipa::ToSchema;
use uuid::Uuid;
use web::once::{Answer, once};
use web::{Caller, IdempotencyKey, Json, Path, Problem, ProblemType};

use super::find;
use super::view::ParkedView;
use crate::http::State;

/// What to note about it.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeParked {
    /// For those who look later.
    #[serde(default)]
    note: Option<String>,
}

/// Say that somebody knows. It stays listed, what is tried on is tried on, and the alarm of its kind is quiet about it.
#[utoipa::path(tag = "operations", request_body = AcknowledgeParked,
    params(("id" = Uuid, Path, description = "The parked thing."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 200, description = "Somebody knows.", body = ParkedView)))]
#[post("/v1/parked/{id}/acknowledge")]
pub async fn acknowledge_parked(
    state: Data<State>,
    caller: Caller,
    key: IdempotencyKey,
    id: Path<Uuid>,
    body: Json<AcknowledgeParked>,
) -> Result<HttpResponse, Problem> {
    caller.require_admin()?;
    let (id, body) = (id.into_inner(), body.into_inner());
    let note = body.note.as_deref().map(Comment::parse).transpose();
    let note = note.map_err(|e| Problem::because(ProblemType::CommentTooLong, e.to_string()))?;
    let answer = once(&state.db, &caller, key, &format!("POST /v1/parked/{id}/acknowledge"), &body, async |tx| {
        let parked = find(&state, tx.connection(), id).await?;
        parked::acknowledge(tx, &parked, note.as_ref().map(Comment::as_str)).await?;
        Answer::done(&ParkedView::from(find(&state, tx.connection(), id).await?))
    })
    .await?;
    Ok(answer.respond("/v1/parked"))
}
