//! A decision by a mail's link, whose token was verified: bound to one approver, used once.

use domain::approval::{Channel, Decision};
use domain::{ApprovalId, Comment, GroupId, RequestId};
use store::{StoreError, Tx, approvals, directory};

use super::decide::{Decide, DecideError, Decided, decide};
use super::show_link::link_suffices;

/// What the link says. The unit of work runs in the name of the link's approver.
#[derive(Debug, Clone)]
pub struct DecideLink {
    /// The approval that it decides.
    pub approval: ApprovalId,
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

/// Does what the link says, as [`decide`] does.
///
/// # Errors
/// [`DecideLinkError`]; nothing is to be committed then.
pub async fn decide_link(tx: &mut Tx, link: DecideLink) -> Result<(RequestId, Decided), DecideLinkError> {
    let approver = tx.actor().user().cloned().ok_or(DecideError::NotAPerson)?;
    let approval = approvals::get(tx.connection(), link.approval).await?.ok_or(DecideLinkError::UnknownLink)?;
    let me = directory::person(tx.connection(), &approver).await?.ok_or(DecideLinkError::UnknownLink)?;
    let groups: Vec<GroupId> = me.groups.into_iter().map(|(id, _)| id).collect();
    if link.channel == Channel::LinkAlone && !link_suffices(&approval.needs, &approver, &groups) {
        return Err(DecideLinkError::SignInRequired);
    }
    let command = Decide {
        request: approval.request,
        decision: link.decision,
        comment: link.comment,
        version: None,
        channel: link.channel,
    };
    match decide(tx, &command).await {
        Ok(decided) => Ok((approval.request, decided)),
        Err(DecideError::AlreadyVoted) => Err(DecideLinkError::Used),
        Err(error) => Err(DecideLinkError::Decide(error)),
    }
}
