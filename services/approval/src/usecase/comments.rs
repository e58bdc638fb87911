//! Questions and answers about a request while people decide. The request stays as it is.

use domain::{Actor, Comment, RequestId, UserId};
use store::comments::{self, Said};
use store::{StoreError, Tx, approvals, requests};

use super::electors::Desk;
use super::summary::{Names, Person};

/// Why somebody may not speak, or listen.
#[derive(Debug, thiserror::Error)]
pub enum CommentError {
    /// No such request, or not theirs to see.
    #[error("there is no such request")]
    UnknownRequest,
    /// They have nothing to do with it.
    #[error("only who asked, who would have the access, and who may vote speak about a request")]
    NotConcerned,
    /// Postgres.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Desk {
    /// Says something about a request: a question, or anything else.
    ///
    /// # Errors
    /// [`CommentError`].
    pub async fn comment(
        &self,
        user: &UserId,
        request: RequestId,
        text: &Comment,
        question: bool,
    ) -> Result<(Person, Said), CommentError> {
        if !self.is_concerned(user, request).await? {
            return Err(CommentError::NotConcerned);
        }
        let mut tx = self.db.begin(Actor::User { id: user.clone() }).await?;
        let said = comments::insert(&mut tx, request, user, question, text.as_str()).await?;
        let author = Names::of(&mut tx, vec![user.clone()]).await?.person(user);
        tx.commit().await?;
        Ok((author, said))
    }

    /// What was said about a request, the oldest first. `sees_all` are auditors and admins.
    ///
    /// # Errors
    /// [`CommentError`].
    pub async fn comments(
        &self,
        user: &UserId,
        sees_all: bool,
        request: RequestId,
    ) -> Result<Vec<(Person, Said)>, CommentError> {
        if !self.is_concerned(user, request).await? && !sees_all {
            return Err(CommentError::UnknownRequest);
        }
        let mut tx = self.db.begin(Actor::User { id: user.clone() }).await?;
        Ok(listed(&mut tx, request).await?)
    }

    async fn is_concerned(&self, user: &UserId, id: RequestId) -> Result<bool, CommentError> {
        let mut connection = self.db.read().await?;
        let request = requests::get(&mut connection, id).await?.ok_or(CommentError::UnknownRequest)?;
        if *user == request.requester || *user == request.beneficiary {
            return Ok(true);
        }
        let approvals = approvals::of_request(&mut connection, id).await?;
        drop(connection);
        let electors = self.onlooker(id, user).await?.ok_or(CommentError::UnknownRequest)?;
        Ok(approvals.iter().any(|approval| electors.is_named(approval)))
    }
}

async fn listed(tx: &mut Tx, request: RequestId) -> Result<Vec<(Person, Said)>, StoreError> {
    let said = comments::of_request(tx.connection(), request).await?;
    let names = Names::of(tx, said.iter().map(|said| said.author.clone()).collect()).await?;
    Ok(said.into_iter().map(|said| (names.person(&said.author), said)).collect())
}
