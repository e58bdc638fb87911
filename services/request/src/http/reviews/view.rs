//! Reviews as callers see them.

use domain::{RequestId, ReviewId};
use jiff::Timestamp;
use serde::Serialize;
use store::reviews::Review;
use store::{StoreError, Tx};

use crate::http::view::{Names, PersonView};

/// A look that is owed, or was taken.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ReviewView {
    /// Which.
    pub id: ReviewId,
    /// About which request.
    pub request: RequestId,
    /// Whether its break-glass is looked at; else its automatic approval.
    pub break_glass: bool,
    /// Who asked.
    pub requester: PersonView,
    /// Who had the access.
    pub beneficiary: PersonView,
    /// Since when it is owed.
    pub opened_at: Timestamp,
    /// Until when; an overdue one blocks the next break-glass of those whom it is about.
    pub due_at: Timestamp,
    /// Whether it is late.
    pub overdue: bool,
    /// What was seen; none while it is owed.
    pub done: Option<LookedView>,
}

/// What a reviewer said.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LookedView {
    /// Who.
    pub reviewer: PersonView,
    /// Whether something was not in order.
    pub concern: bool,
    /// In words.
    pub comment: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Reviews with names, in one question for all of them.
pub async fn view(tx: &mut Tx, reviews: Vec<Review>) -> Result<Vec<ReviewView>, StoreError> {
    let people = reviews.iter().flat_map(|review| {
        let reviewer = review.done.as_ref().map(|done| done.reviewer.clone());
        [Some(review.requester.clone()), Some(review.beneficiary.clone()), reviewer].into_iter().flatten()
    });
    let names = Names::of(tx, people.collect::<Vec<_>>()).await?;
    let now = tx.now();
    Ok(reviews
        .into_iter()
        .map(|review| ReviewView {
            id: review.id,
            request: review.request,
            break_glass: review.break_glass,
            requester: names.person(&review.requester),
            beneficiary: names.person(&review.beneficiary),
            opened_at: review.opened_at,
            due_at: review.due_at,
            overdue: review.done.is_none() && review.due_at <= now,
            done: review.done.map(|done| LookedView {
                reviewer: names.person(&done.reviewer),
                concern: done.concern,
                comment: done.comment,
                at: done.at,
            }),
        })
        .collect())
}
