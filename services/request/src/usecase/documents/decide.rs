//! What becomes of a change that waits for a second person. Never its proposer's to say, but for taking it back; the
//! database holds that too.

use domain::ChangeId;
use store::changes::{self, Change, ChangeState};
use store::{Tx, documents};

use super::apply::judge;
use super::{Applied, Desk, Refused, Weighed, Why};
use crate::observe;

/// The second person agrees: the change is in force with the commit. It is judged again as things are now.
///
/// # Errors
/// [`Refused`].
pub async fn agree(tx: &mut Tx, desk: &Desk, id: ChangeId, seen: Option<i64>) -> Result<Applied, Refused> {
    let change = waiting(tx, id, "apply it").await?;
    if change.proposed_by == *tx.actor() {
        return Err(Why::OwnChange.into());
    }
    let judged = judge(tx, desk, &change.edits, seen).await?;
    // Before the documents are written: those take every other change about them out of the way.
    changes::decide(tx, id, ChangeState::Applied).await?;
    let applied = judged.write(tx, false, None).await?;
    observe::agreed(id);
    Ok(applied)
}

/// The second person says no.
///
/// # Errors
/// [`Refused`].
pub async fn refuse(tx: &mut Tx, id: ChangeId) -> Result<Change, Refused> {
    let change = waiting(tx, id, "refuse it").await?;
    if change.proposed_by == *tx.actor() {
        return Err(Why::OwnChange.into());
    }
    close(tx, id, ChangeState::Refused).await
}

/// Whoever proposed it takes it back.
///
/// # Errors
/// [`Refused`].
pub async fn withdraw(tx: &mut Tx, id: ChangeId) -> Result<Change, Refused> {
    let change = waiting(tx, id, "withdraw it").await?;
    if change.proposed_by != *tx.actor() {
        return Err(Why::NotYours.into());
    }
    close(tx, id, ChangeState::Withdrawn).await
}

/// What a waiting change would mean now, and the revision at which that is so.
///
/// # Errors
/// [`Refused`]: why it could not be applied as things are.
pub async fn weigh_now(tx: &mut Tx, desk: &Desk, change: &Change) -> Result<(Weighed, i64), Refused> {
    let judged = judge(tx, desk, &change.edits, None).await?;
    Ok((judged.weighed, judged.revision))
}

async fn waiting(tx: &mut Tx, id: ChangeId, tried: &'static str) -> Result<Change, Refused> {
    documents::lock(tx).await?;
    let change = changes::get(tx.connection(), id).await?.ok_or(Why::NoChange)?;
    match change.state {
        ChangeState::Waiting => Ok(change),
        state => Err(Why::Decided { state, tried }.into()),
    }
}

async fn close(tx: &mut Tx, id: ChangeId, state: ChangeState) -> Result<Change, Refused> {
    changes::decide(tx, id, state).await?;
    Ok(changes::get(tx.connection(), id).await?.ok_or(Why::NoChange)?)
}
