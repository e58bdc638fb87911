//! `POST /v1/reviews/{id}`

use actix_web::{HttpResponse, post, web::Data};
use domain::text::InvalidText;
use domain::{Comment, ReviewId};
use serde::{Deserialize, Serialize};
use web::{Caller, IdempotencyKey, Json, Path, Problem, ProblemType};

use super::looker;
use super::view::{ReviewView, view};
use crate::http::once::{Answer, once};
use crate::http::{Api, problems};
use crate::usecase::{self, TakeReview};

/// What was seen.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// Whether something was not in order; then a comment says what.
    concern: bool,
    /// In words.
    #[schema(max_length = 4_000)]
    comment: Option<String>,
}

/// Say what you saw. Nobody reviews an access that they asked for or had, nor whoever stands in for those who did, or for
/// whom they stand in.
#[utoipa::path(tag = "reviews", request_body = Look,
    params(("id" = ReviewId, Path, description = "The review."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating safe.")),
    responses((status = 200, description = "It is done.", body = ReviewView)))]
#[post("/v1/reviews/{id}")]
pub async fn take_review(
    api: Data<Api>,
    caller: Caller,
    key: IdempotencyKey,
    id: Path<ReviewId>,
    body: Json<Look>,
) -> Result<HttpResponse, Problem> {
    let looker = looker(&api, &caller).await?;
    let (review, body) = (id.into_inner(), body.into_inner());
    let comment = body.comment.as_deref().map(Comment::parse).transpose().map_err(|error| unfit(&error))?;
    let command = TakeReview { review, concern: body.concern, comment };
    let answer = once(&api, &caller, key, &format!("POST /v1/reviews/{review}"), &body, async |tx| {
        let done = usecase::take_review(tx, &looker, &command).await?;
        let mut views = view(tx, vec![done]).await.map_err(problems::store)?;
        Answer::done(&views.pop().ok_or_else(|| Problem::not_found("review"))?)
    })
    .await?;
    Ok(answer.respond("/v1/reviews"))
}

fn unfit(error: &InvalidText) -> Problem {
    let kind = match error {
        InvalidText::TooLong { .. } => ProblemType::CommentTooLong,
        InvalidText::Control { .. } => ProblemType::ControlCharacters,
        InvalidText::TooShort { .. } | InvalidText::Minutes { .. } => ProblemType::InvalidValue,
    };
    Problem::because(kind, problems::sentence(error)).with("path", "comment")
}
