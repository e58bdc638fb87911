//! The verbs: end (by who has it), revoke (by somebody else), force (whatever the rests are), and the emergency button.

pub mod emergency;
mod end;
mod force;
mod revoke;

use domain::GrantId;
use domain::grant::{EndReason, GrantState};
use jiff::Timestamp;
use store::grants::{self, Grant};
use store::tuple::{self, Ending};
use store::{StoreError, Tx};

pub use end::end;
pub use force::{Force, Forced, force};
pub use revoke::{Revoke, Revoker, revoke};

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The grants and their states now.
    pub ended: Vec<(GrantId, GrantState)>,
    /// Other grants that keep the access, and until when.
    pub remaining: Vec<(GrantId, Option<Timestamp>)>,
}

/// Why it was refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such grant.
    #[error("there is no such grant")]
    Unknown,
    /// The caller has no say in it.
    #[error("the grant is not the caller's to end")]
    NotYours,
    /// It had ended, or was ending, for another reason.
    #[error("the grant is {} already", state.as_str())]
    TooLate {
        /// Where it stands.
        state: GrantState,
        /// Why it ended.
        reason: Option<EndReason>,
        /// What was tried.
        tried: &'static str,
    },
    /// It changed since the caller saw it.
    #[error("the grant is at version {current}")]
    Stale {
        /// What the caller saw.
        given: i64,
        /// What it is.
        current: i64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Ends these, and says what remains. What ended before for the same reason counts as done.
async fn end_all(
    tx: &mut Tx,
    wanted: &Grant,
    ids: &[GrantId],
    reason: EndReason,
    detail: Option<&str>,
) -> Result<Ended, Refused> {
    let tried = if reason == EndReason::Revoked { "revoke" } else { "end" };
    let endings = tuple::end(tx, ids, reason, detail).await?;
    let mut ended = Vec::with_capacity(endings.len());
    for ending in endings {
        match ending {
            Ending::Done(id, state) => ended.push((id, state)),
            Ending::Already(id, state) | Ending::NotAllowed(id, state) if id == wanted.id => {
                let now = grants::get(tx.connection(), id).await?.and_then(|g| g.reason);
                if now != Some(reason) {
                    return Err(Refused::TooLate { state, reason: now, tried });
                }
                ended.push((id, state));
            }
            Ending::Already(..) | Ending::NotAllowed(..) => {}
        }
    }
    let remaining = match wanted.assignment {
        Some(assignment) => grants::living(tx.connection(), assignment)
            .await?
            .into_iter()
            .filter(|g| g.state.holds())
            .map(|g| (g.id, g.deadline_at))
            .collect(),
        None => Vec::new(),
    };
    Ok(Ended { ended, remaining })
}

/// The grant, locked, if it is at the version that the caller saw.
async fn locked(tx: &mut Tx, id: GrantId, version: Option<i64>) -> Result<Grant, Refused> {
    let grant = grants::lock(tx, &[id.uuid()]).await?.pop().ok_or(Refused::Unknown)?;
    match version {
        Some(given) if given != grant.version => Err(Refused::Stale { given, current: grant.version }),
        Some(_) | None => Ok(grant),
    }
}
