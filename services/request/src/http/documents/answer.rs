//! What became of a proposal, as HTTP.

use actix_web::http::StatusCode;
use serde::Serialize;
use web::Problem;

use super::spec::Spec;
use super::typed::{Deleted, Kept, Meaning, Saved};
use crate::http::changes::view::ChangeView;
use crate::http::once::Answer;
use crate::usecase::documents::{Applied, Outcome, Preview};

/// The answer: `done` (or 200 for a dry run) with what `body` makes of it, or 202 with the change that waits.
pub fn answer<B: Serialize>(
    outcome: Outcome,
    done: StatusCode,
    body: impl FnOnce(Vec<domain::rules::Document>, Meaning) -> Result<B, Problem>,
) -> Result<Answer, Problem> {
    match outcome {
        Outcome::Applied(applied) => {
            let Applied { documents, weighed, alone, .. } = *applied;
            Answer::with(done, &body(documents, Meaning::done(weighed, alone))?)
        }
        Outcome::Previewed(preview) => {
            let Preview { documents, weighed, second_person, .. } = *preview;
            Answer::with(StatusCode::OK, &body(documents, Meaning::dry(weighed, second_person))?)
        }
        Outcome::Waiting(change, weighed) => Answer::with(StatusCode::ACCEPTED, &ChangeView::new(*change, *weighed)),
    }
}

/// The one document that was saved.
pub(super) fn saved<S: Spec>(documents: Vec<domain::rules::Document>, meaning: Meaning) -> Result<Saved<S>, Problem> {
    let document = documents.into_iter().next().and_then(Kept::of);
    let document = document.ok_or_else(|| Problem::internal("a saved document came back as another kind"))?;
    Ok(Saved::new(document, meaning))
}

/// Nothing is left but what it means.
#[expect(clippy::unnecessary_wraps, reason = "stands where making a body can fail")]
pub(super) fn deleted(_: Vec<domain::rules::Document>, meaning: Meaning) -> Result<Deleted, Problem> {
    Ok(meaning.into())
}
