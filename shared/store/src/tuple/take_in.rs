//! An assignment that we made and know nothing of comes into the ledger without a grant: nobody holds it, so the usual
//! removal takes it away.

use domain::assignment::{AssignmentState, Origin};
use domain::{AssignmentId, Tuple};

use super::balance;
use crate::assignments;
use crate::{StoreError, Tx};

/// Takes the tuple in as ours and present. What is known of it, or is in a worker's hands, stays as it is.
///
/// # Errors
/// When Postgres is away.
pub async fn take_in(tx: &mut Tx, tuple: &Tuple) -> Result<AssignmentId, StoreError> {
    let mut assignment = assignments::lock_for(tx, tuple).await?;
    let now = tx.now();
    let was = assignment.state;
    if was == AssignmentState::Absent && !assignment.is_leased(now) && assignment.attempt.is_none() {
        assignment.state = AssignmentState::Present;
        assignment.origin = Some(Origin::Ours);
        assignment.generation += 1;
        assignment.absent_at = None;
        assignment.watch_until = None;
        assignment.first_absent_at = None;
        balance(tx, &mut assignment).await?;
        assignments::write(tx, &assignment, was, Some("found in AWS, made by us and unknown")).await?;
    }
    Ok(assignment.id)
}
