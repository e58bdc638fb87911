//! An admin has the removal tried at once, whatever its rest would be; also of an access that has ended and that
//! somebody doubts: then AWS is asked, and what it showed is kept.

use domain::grant::{EndReason, GrantState};
use domain::{Comment, GrantId};
use store::grants::{self, Grant};
use store::{Tx, tuple};

use super::Refused;

/// What shall be forced.
#[derive(Debug, Clone)]
pub struct Force {
    /// Which grant.
    pub grant: GrantId,
    /// What is told to who had it.
    pub comment: Option<Comment>,
    /// Whether AWS showed the assignment just now, if it could be asked.
    pub seen: Option<bool>,
}

/// What came of it.
#[derive(Debug)]
pub struct Forced {
    /// The grant as it is now.
    pub grant: Grant,
    /// Whether a removal is due now.
    pub removal_due: bool,
    /// Other grants that keep the access.
    pub kept_by: Vec<GrantId>,
}

/// Ends the grant where it lives, with all others on its assignment, and makes the removal due now.
///
/// # Errors
/// See [`Refused`].
pub async fn force(tx: &mut Tx, command: &Force) -> Result<Forced, Refused> {
    let seen = grants::get(tx.connection(), command.grant).await?.ok_or(Refused::Unknown)?;
    let mut ids = vec![command.grant];
    if let Some(assignment) = seen.assignment.filter(|_| seen.state != GrantState::Ended) {
        let living = grants::lock_living(tx, assignment).await?;
        ids.extend(living.iter().map(|g| g.id).filter(|id| *id != command.grant));
    }
    if seen.state != GrantState::Ended {
        let detail = command.comment.as_ref().map(Comment::as_str);
        tuple::end(tx, &ids, EndReason::Revoked, detail).await?;
    }
    let (grant, removal_due) = tuple::force(tx, command.grant, command.seen).await?.ok_or(Refused::Unknown)?;
    let kept_by = match grant.assignment {
        Some(assignment) => {
            let living = grants::living(tx.connection(), assignment).await?;
            living.into_iter().filter(|g| g.state.holds()).map(|g| g.id).collect()
        }
        None => Vec::new(),
    };
    Ok(Forced { grant, removal_due, kept_by })
}
