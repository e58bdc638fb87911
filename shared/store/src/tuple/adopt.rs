//! Sessions of another system become grants. Their assignment is held to be ours, so that it is removed at the
//! deadline as that system would have removed it.

use domain::assignment::{AssignmentState, Origin};
use domain::grant::GrantState;
use domain::{AssignmentId, Tuple};

use super::balance;
use crate::assignments;
use crate::{StoreError, Tx};

/// How far the other system had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adopting {
    /// It has given the access: the grant is active.
    Given,
    /// It may have called AWS, or not: the grant is granting, and whatever a read shows is ours.
    Unclear,
}

impl Adopting {
    /// The state that the grant begins with.
    #[must_use]
    pub const fn grant_state(self) -> GrantState {
        match self {
            Self::Given => GrantState::Active,
            Self::Unclear => GrantState::Granting,
        }
    }
}

/// Takes a tuple's assignment over, and calls `hold` to insert the grant that holds it, under the assignment's lock.
/// What Curfew knows of the tuple already is kept: a creation or deletion under way is finished first.
///
/// # Errors
/// When Postgres is away, or what `hold` returns.
pub async fn adopt(
    tx: &mut Tx,
    tuple: &Tuple,
    adopting: Adopting,
    hold: impl AsyncFnOnce(&mut Tx, AssignmentId) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut assignment = assignments::lock_for(tx, tuple).await?;
    let was = assignment.state;
    match assignment.state {
        AssignmentState::Absent => {
            assignment.origin = Some(Origin::Ours);
            assignment.generation += 1;
            assignment.absent_at = None;
            assignment.watch_until = None;
            match adopting {
                Adopting::Given => assignment.state = AssignmentState::Present,
                Adopting::Unclear => {
                    assignment.state = AssignmentState::Creating;
                    // The other system's call may still land.
                    assignment.create_unresolved = true;
                }
            }
        }
        // What seemed to have been there before was the other system's.
        AssignmentState::Creating | AssignmentState::Present => {
            if assignment.origin == Some(Origin::PreExisting) {
                assignment.origin = Some(Origin::Ours);
                assignment.generation += 1;
            }
        }
        AssignmentState::Deleting => {}
    }
    hold(tx, assignment.id).await?;
    balance(tx, &mut assignment).await?;
    assignments::write(tx, &assignment, was, Some("adopted")).await
}
