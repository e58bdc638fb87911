//! A removal is tried now, whatever its rest would be; and what a doubt about an ended access leads to.

use domain::assignment::{AssignmentState, Origin};
use domain::{AssignmentId, Fact, GrantId};

use super::balance;
use crate::grants::{self, Grant};
use crate::{StoreError, Tx, assignments, parked};

/// Makes the removal of the grant's assignment due now, after what AWS showed: `seen` is whether it is there, if AWS
/// could be asked. What shows though it was removed, while its tuple is still watched, is taken up and removed again;
/// later it is nobody's of ours, and only told. Returns the grant as it stands, and whether a removal is due.
///
/// # Errors
/// When Postgres is away.
pub async fn force(tx: &mut Tx, id: GrantId, seen: Option<bool>) -> Result<Option<(Grant, bool)>, StoreError> {
    let Some(grant) = grants::lock(tx, &[id.uuid()]).await?.pop() else { return Ok(None) };
    let due = match grant.assignment {
        Some(assignment) => make_due(tx, assignment, seen).await?,
        None => false,
    };
    let (request, tuple) = (grant.request, grant.tuple.clone());
    tx.record(Fact::GrantForceRevoked { grant: id, request, tuple, seen });
    Ok(Some((grant, due)))
}

async fn make_due(tx: &mut Tx, id: AssignmentId, seen: Option<bool>) -> Result<bool, StoreError> {
    let mut a = assignments::lock(tx, id).await?;
    let held = grants::living(tx.connection(), id).await?.iter().any(|g| g.state.holds());
    let now = tx.now();
    if a.state == AssignmentState::Absent && seen == Some(true) && !held && a.is_watched(now) && !a.is_leased(now) {
        let was = a.state;
        a.state = AssignmentState::Deleting;
        a.origin = Some(Origin::Ours);
        a.generation += 1;
        balance(tx, &mut a).await?;
        assignments::write(tx, &a, was, Some("showed again after it was removed")).await?;
        return Ok(true);
    }
    if held || a.state == AssignmentState::Absent || a.origin == Some(Origin::PreExisting) {
        return Ok(false);
    }
    parked::at_once(tx, id).await?;
    Ok(true)
}
