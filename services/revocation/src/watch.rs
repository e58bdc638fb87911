//! For a day after a removal the tuple is looked at now and then; if it shows again, it is removed again.

use cloud::{CallError, Presence};
use jiff::SignedDuration;
use store::StoreError;
use store::assignments::Assignment;
use store::tuple::{self, Outcome};

use crate::observe;
use crate::work::Removing;

/// One look. Trouble with it says nothing about the tuple: it is looked at again a little later.
pub async fn look(work: &Removing, assignment: Assignment) {
    if let Err(error) = try_look(work, &assignment).await {
        observe::step_lost(&error);
    }
}

async fn try_look(work: &Removing, assignment: &Assignment) -> Result<(), StoreError> {
    let Some(lease) = assignment.lease else { return Ok(()) };
    let _held = work.leases.hold(assignment.id, lease);
    let seen = work.aws.look(&assignment.tuple).await;
    let mut tx = work.db.begin(Removing::actor()).await?;
    match seen {
        Ok(Presence::Absent) | Err(CallError::NotFound(_)) => tuple::look_again(&mut tx, assignment.id, lease).await?,
        Ok(Presence::Present) => {
            observe::showed_again(&assignment.tuple);
            tuple::reopen(&mut tx, assignment.id, lease).await?;
        }
        Err(_) => {
            let again_at = tx.now() + SignedDuration::from_secs(60);
            tuple::put_off(&mut tx, assignment.id, lease, Outcome::NoCall, again_at, None).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}
