//! An approver or an admin takes the access away.

use domain::grant::EndReason;
use domain::{Comment, GrantId, GroupId, UserId};
use store::{Tx, grants, say};

use super::{Ended, Refused, end_all, locked};

/// What shall be revoked.
#[derive(Debug, Clone)]
pub struct Revoke {
    /// Which grant.
    pub grant: GrantId,
    /// Only this one, or every grant on its assignment.
    pub only_this: bool,
    /// What is told to who had it.
    pub comment: Option<Comment>,
    /// The version that the caller saw.
    pub version: Option<i64>,
}

/// Who revokes.
#[derive(Debug, Clone)]
pub struct Revoker {
    /// Who.
    pub user: UserId,
    /// Their groups now.
    pub groups: Vec<GroupId>,
    /// Admins may revoke everything.
    pub is_admin: bool,
}

/// Revokes the grant and, unless narrowed, every other on the same assignment: a revoke means that the access
/// is gone.
///
/// # Errors
/// See [`Refused`].
pub async fn revoke(tx: &mut Tx, command: &Revoke, by: &Revoker) -> Result<Ended, Refused> {
    let seen = grants::get(tx.connection(), command.grant).await?.ok_or(Refused::Unknown)?;
    if !by.is_admin && !say::has_a_say(tx.connection(), seen.request, &by.user, &by.groups).await? {
        return Err(Refused::NotYours);
    }
    let mut ids = vec![command.grant];
    let grant = match seen.assignment.filter(|_| !command.only_this) {
        Some(assignment) => {
            // All of them at once, in the order of their ids.
            let living = grants::lock_living(tx, assignment).await?;
            ids.extend(living.iter().map(|g| g.id).filter(|id| *id != command.grant));
            locked(tx, command.grant, command.version).await?
        }
        None => locked(tx, command.grant, command.version).await?,
    };
    end_all(tx, &grant, &ids, EndReason::Revoked, command.comment.as_ref().map(Comment::as_str)).await
}
