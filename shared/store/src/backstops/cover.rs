//! Before access is given: is there a schedule that takes it away, and late enough?

use domain::assignment::{Origin, Work};
use domain::backstop::{self, BackstopState as State, SLACK, Timing};
use domain::grant::GrantState;
use domain::{AssignmentId, Minutes};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{Backstop, Order, fires, lock, write};
use crate::assignments::{self, Assignment};
use crate::grants::{self, Grant};
use crate::{StoreError, Tx, tuple};

/// Whether access is given only with a schedule that takes it away.
#[derive(Debug, Clone, Copy)]
pub enum Gate<'a> {
    /// No. Where there is one still, it goes first.
    Off,
    /// Yes; with it, the order that AWS has carried out just now, if there was one.
    On(Option<&'a Order>),
}

/// What has to be done about the schedule before access is given.
#[derive(Debug)]
pub enum Cover {
    /// Nothing.
    Enough,
    /// This call has to be made; it is committed with the transaction.
    Place(Box<Order>),
    /// It cannot be now, for this reason.
    Wait(&'static str, Timestamp),
}

/// After a read, for a worker that holds the assignment's lease: what its schedule needs. The generation is committed
/// with the order.
///
/// # Errors
/// [`StoreError::Raced`] when the lease is lost.
pub async fn cover(
    tx: &mut Tx,
    id: AssignmentId,
    lease: Uuid,
    is_present: bool,
    timing: &Timing,
    prefix: &str,
) -> Result<Cover, StoreError> {
    let now = tx.now();
    let a = assignments::lock_leased(tx, id, lease).await?;
    if a.work != Work::Create {
        return Ok(Cover::Enough);
    }
    let (origin, generation) = tuple::foresee(&a, is_present, now);
    if origin == Origin::PreExisting {
        return Ok(Cover::Enough);
    }
    let holders: Vec<Grant> =
        grants::living(tx.connection(), id).await?.into_iter().filter(|g| g.state.holds()).collect();
    let Some(needed) = holders.iter().filter_map(|g| expected(g, now)).max() else { return Ok(Cover::Enough) };
    let there = lock(tx, id).await?;
    let was = there.as_ref().map(|b| b.state);
    // Each try begins with a read in AWS, which others need as well.
    let soon = now + SignedDuration::from_secs(1);
    let mut b = match there {
        None => new(&a, generation, prefix, now),
        Some(b) if b.generation != generation || b.state == State::Removing => {
            return Ok(Cover::Wait("the backstop of the last time is not gone yet", soon));
        }
        Some(b) if b.is_leased(now) => return Ok(Cover::Wait("the backstop is being arranged", soon)),
        Some(b) if b.state == State::Placed && b.covers_until.is_some_and(|covers| covers >= needed) => {
            return Ok(Cover::Enough);
        }
        Some(b) => b,
    };
    if let Some(held) = b.fires.filter(|_| b.state == State::Placed) {
        let free = timing.free_from(held, now);
        if free > now {
            return Ok(Cover::Wait("the backstop is about to fire", free));
        }
    }
    let covers_until = needed + SLACK;
    let fires = fires(tx.connection(), timing, id, covers_until, now).await?;
    b.lease(now);
    b.due_at = None;
    write(tx, &b, was).await?;
    Ok(Cover::Place(Box::new(Order { backstop: b, tuple: a.tuple, fires, covers_until })))
}

pub(super) fn new(a: &Assignment, generation: i32, prefix: &str, now: Timestamp) -> Backstop {
    Backstop {
        assignment: a.id,
        generation,
        name: backstop::name(prefix, a.id, generation),
        state: State::Placing,
        covers_until: None,
        fires: None,
        due_at: None,
        lease: None,
        leased_until: None,
        tries: 0,
        last_error: None,
        made_at: now,
        gone_at: None,
    }
}

/// The deadline that a grant has, or would have if AWS showed its assignment now.
fn expected(grant: &Grant, now: Timestamp) -> Option<Timestamp> {
    let begins = (grant.state == GrantState::Granting && grant.fixed_end.is_none())
        .then(|| Minutes::new(i64::from(grant.minutes)).ok().map(|minutes| now + minutes.duration()))
        .flatten();
    [grant.deadline_at, begins].into_iter().flatten().max()
}

/// Whether access may be given now, under the assignment's lock. What AWS has carried out just now is settled here.
pub(crate) async fn gate_open(tx: &mut Tx, a: &Assignment, gate: Gate<'_>) -> Result<bool, StoreError> {
    if let Gate::On(Some(order)) = gate {
        super::keep::settle(tx, order).await?;
    }
    let there = lock(tx, a.id).await?;
    match (gate, there) {
        (Gate::Off, there) => Ok(there.is_none()),
        (Gate::On(_), None) => Ok(a.origin == Some(Origin::PreExisting)),
        // What was there before is left alone, also by the schedule, which goes.
        (Gate::On(_), Some(_)) if a.origin == Some(Origin::PreExisting) => Ok(true),
        (Gate::On(_), Some(b)) => {
            let deadlines = grants::living(tx.connection(), a.id).await?;
            let needed = deadlines.iter().filter(|g| g.state.holds()).filter_map(|g| g.deadline_at).max();
            Ok(b.state == State::Placed && b.generation == a.generation && b.covers_until >= needed)
        }
    }
}

/// The latest deadline that may be given without asking AWS: none where no schedule stands in the way.
pub(crate) async fn covered(tx: &mut Tx, assignment: AssignmentId) -> Result<Option<Timestamp>, StoreError> {
    Ok(super::living(tx.connection(), assignment).await?.and_then(|b| b.covers_until))
}
