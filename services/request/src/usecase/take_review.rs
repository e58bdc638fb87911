//! Looking at an access that nobody was asked about, after the fact.

use domain::{Comment, ReviewId};
use store::reviews::{self, Looker, Review};
use store::{StoreError, Tx};

/// What a reviewer says.
#[derive(Debug, Clone)]
pub struct TakeReview {
    /// Which review.
    pub review: ReviewId,
    /// Whether something was not in order.
    pub concern: bool,
    /// In words; a concern has some.
    pub comment: Option<Comment>,
}

/// Why it does not count.
#[derive(Debug, thiserror::Error)]
pub enum ReviewRefusal {
    /// No such review.
    #[error("there is no such review")]
    Unknown,
    /// A second person looks.
    #[error(
        "whoever asked for an access or had it does not review it, nor does who stands in for them or for whom they stand in"
    )]
    Own,
    /// Others look.
    #[error("you are none of its reviewers")]
    NotAReviewer,
    /// A concern says what it is about.
    #[error("a concern needs a comment that says what it is about")]
    NoWords,
    /// Somebody was first.
    #[error("the review was done already")]
    Done,
    /// The database.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ReviewRefusal {
    fn from(error: StoreError) -> Self {
        match error.constraint() {
            Some("reviews_second_person") => Self::Own,
            _ => Self::Store(error),
        }
    }
}

/// Notes what was seen. Saying the same again is no second review.
///
/// # Errors
/// [`ReviewRefusal`].
pub async fn take_review(tx: &mut Tx, looker: &Looker, command: &TakeReview) -> Result<Review, ReviewRefusal> {
    let mut review = reviews::lock(tx, command.review).await?.ok_or(ReviewRefusal::Unknown)?;
    if review.is_about(looker) {
        return Err(ReviewRefusal::Own);
    }
    if !review.is_for(looker) {
        return Err(ReviewRefusal::NotAReviewer);
    }
    let comment = command.comment.as_ref().map(Comment::as_str).filter(|comment| !comment.is_empty());
    if let Some(done) = &review.done {
        let same =
            done.reviewer == looker.user && done.concern == command.concern && done.comment.as_deref() == comment;
        return if same { Ok(review) } else { Err(ReviewRefusal::Done) };
    }
    if command.concern && comment.is_none() {
        return Err(ReviewRefusal::NoWords);
    }
    reviews::finish(tx, &mut review, &looker.user, command.concern, comment).await?;
    Ok(review)
}
