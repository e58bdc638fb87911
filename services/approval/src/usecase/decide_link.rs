//! A decision by a mail's link, whose token was verified: bound to one approval and one approver, used once.

use domain::approval::{Channel, Decision};
use domain::{Actor, ApprovalId, Comment, RequestId, UserId};
use store::{StoreError, approvals};

use super::decide::{Decide, DecideError, Decided, Narrow, decide};
use super::electors::Desk;
use super::show_link::link_suffices;
use crate::fresh::Unknown;

/// What the link says.
#[derive(Debug, Clone)]
pub struct DecideLink {
    /// The approval that it decides.
    pub approval: ApprovalId,
    /// Whom it is bound to.
    pub approver: UserId,
    /// Yes or no.
    pub decision: Decision,
    /// What the approver adds.
    pub comment: Option<Comment>,
    /// [`Channel::LinkSignedIn`] when the approver signed in as well, else [`Channel::LinkAlone`].
    pub channel: Channel,
}

/// Why the link does nothing.
#[derive(Debug, thiserror::Error)]
pub enum DecideLinkError {
    /// It is about nothing that exists.
    #[error("the link is about nothing that exists")]
    UnknownLink,
    /// The policy wants more than the link.
    #[error("the approval policy demands signing in")]
    SignInRequired,
    /// Its approver has decided.
    #[error("the link was used, or its approver has decided in another way")]
    Used,
    /// The decision itself is refused.
    #[error(transparent)]
    Decide(#[from] DecideError),
}

impl From<StoreError> for DecideLinkError {
    fn from(error: StoreError) -> Self {
        Self::Decide(error.into())
    }
}

impl From<Unknown> for DecideLinkError {
    fn from(error: Unknown) -> Self {
        Self::Decide(error.into())
    }
}

impl Desk {
    /// Does what the link says about its approval, as [`decide`] does.
    ///
    /// # Errors
    /// [`DecideLinkError`]; nothing was changed then.
    pub async fn decide_link(&self, link: DecideLink) -> Result<(RequestId, Decided), DecideLinkError> {
        let approval = approvals::get(&mut *self.db.read().await?, link.approval).await?;
        let approval = approval.ok_or(DecideLinkError::UnknownLink)?;
        let electors = self.electors(approval.request, &link.approver, Some(link.decision)).await?;
        let electors = electors.ok_or(DecideLinkError::UnknownLink)?;
        let mut tx = self.db.begin(Actor::User { id: link.approver }).await?;
        if link.channel == Channel::LinkAlone && !link_suffices(&mut tx, &approval, &electors).await? {
            return Err(DecideLinkError::SignInRequired);
        }
        let command = Decide {
            request: approval.request,
            decision: link.decision,
            comment: link.comment,
            version: None,
            channel: link.channel,
            pairs: vec![],
            approval: Some(approval.id),
            narrow: Narrow::default(),
        };
        match decide(&mut tx, &command, &electors).await {
            Ok(decided) => {
                tx.commit().await?;
                Ok((approval.request, decided))
            }
            Err(refused) => {
                tx.roll_back().await?;
                Err(match refused {
                    DecideError::AlreadyVoted => DecideLinkError::Used,
                    other => DecideLinkError::Decide(other),
                })
            }
        }
    }
}
