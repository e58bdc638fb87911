//! What was removed while Postgres was away, written down when it is back.

use domain::Fact;
use domain::assignment::{AssignmentState, Origin};
use domain::fact::Evidence;
use domain::grant::GrantState;
use jiff::Timestamp;

use super::balance;
use crate::assignments;
use crate::held::Held;
use crate::{StoreError, Tx, grants};

/// What became of an assignment that was removed from memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// Nobody holds it: the usual work ends its grants after one more read.
    Gone,
    /// Somebody holds it after all (it was extended or asked for again just before): the usual work gives it again.
    GivenAgain,
    /// It has been taken up anew since, or settled: nothing follows.
    Overtaken,
}

/// Notes that an assignment was removed, and how that is known. The deletion is not sent a second time.
///
/// # Errors
/// When Postgres is away.
pub async fn removed_offline(tx: &mut Tx, held: &Held, evidence: &Evidence) -> Result<Noted, StoreError> {
    let now = tx.now();
    let living = grants::lock_living(tx, held.id).await?;
    let mut a = assignments::lock(tx, held.id).await?;
    tx.record(Fact::AssignmentRemovedOffline {
        assignment: a.id,
        tuple: a.tuple.clone(),
        generation: held.generation,
        deadline_at: held.until,
        evidence: evidence.clone(),
    });
    let is_settled = a.state == AssignmentState::Absent || a.origin != Some(Origin::Ours);
    if a.generation != held.generation || is_settled || a.is_leased(now) {
        return Ok(Noted::Overtaken);
    }
    let was = a.state;
    let is_held = living.iter().any(|g| {
        let runs = g.deadline_at.is_some_and(|deadline| deadline > now);
        runs && matches!(g.state, GrantState::Granting | GrantState::Active)
    });
    let noted = if is_held {
        // Whatever AWS shows now, the grant worker looks first.
        if a.state == AssignmentState::Present {
            a.state = AssignmentState::Creating;
            a.due_at = now;
        }
        Noted::GivenAgain
    } else {
        a.first_absent_at = Some(seen_at(evidence).unwrap_or(now));
        Noted::Gone
    };
    balance(tx, &mut a).await?;
    assignments::write(tx, &a, was, Some("removed while the database was away")).await?;
    Ok(noted)
}

/// When AWS was seen not to have it.
const fn seen_at(evidence: &Evidence) -> Option<Timestamp> {
    match evidence {
        Evidence::DeletedAndReadBack { read_at } => Some(*read_at),
        Evidence::AbsentTwice { second_at, .. } => Some(*second_at),
        Evidence::NeverAttempted | Evidence::KeptByAnotherGrant { .. } | Evidence::PreExistingLeft => None,
    }
}
