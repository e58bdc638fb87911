//! Closing undecided requests that nobody shall decide any more: of people who are disabled or gone, and of an
//! emergency's scope. What was approved of them and has not begun ends with them.

use domain::grant::{EndReason, GrantState};
use domain::{Actor, GrantId};
use store::emergencies::{self, Emergency, Part};
use store::requests::Request;
use store::{Db, StoreError, Tx, approvals, closing, decision, grants, tuple};

/// Requests that are closed in one transaction.
const BATCH: i64 = 100;

/// Closes all that there are now, batch by batch; answers how many. A scan without input: what was committed stays, and
/// the rest is found again.
///
/// # Errors
/// When Postgres is away.
pub async fn close_due(db: &Db) -> Result<usize, StoreError> {
    let mut all = 0;
    let running = emergencies::running(&mut *db.read().await?).await?;
    for emergency in running.into_iter().filter(|emergency| emergency.requests_done_at.is_none()) {
        loop {
            let mut tx = db.begin(Actor::service("request")).await?;
            let closed = for_emergency(&mut tx, &emergency).await?;
            tx.commit().await?;
            if closed == 0 {
                break;
            }
            all += closed;
        }
    }
    loop {
        let mut tx = db.begin(Actor::service("request")).await?;
        let leavers = closing::lock_leavers(&mut tx, BATCH).await?;
        for request in &leavers {
            close(&mut tx, request, EndReason::UserDisabled).await?;
        }
        tx.commit().await?;
        if leavers.is_empty() {
            return Ok(all);
        }
        all += leavers.len();
    }
}

async fn for_emergency(tx: &mut Tx, emergency: &Emergency) -> Result<usize, StoreError> {
    let found = closing::lock_for_emergency(tx, emergency, BATCH).await?;
    for request in &found {
        close(tx, request, EndReason::Emergency).await?;
    }
    if !found.is_empty() {
        let more = i64::try_from(found.len()).unwrap_or(i64::MAX);
        emergencies::count(tx, emergency.id, Part::Requests, more).await?;
    } else if emergency.begun_at.is_some_and(|at| tx.now() >= at + emergencies::SETTLES)
        && !closing::any_left(tx.connection(), emergency).await?
    {
        emergencies::part_done(tx, emergency.id, Part::Requests).await?;
    }
    Ok(found.len())
}

/// Closes one locked pending request.
async fn close(tx: &mut Tx, request: &Request, because: EndReason) -> Result<(), StoreError> {
    approvals::lock(tx, request.id).await?;
    approvals::close_all(tx, request.id).await?;
    if request.extends.is_none() {
        let there = grants::of_requests(tx.connection(), &[request.id.uuid()]).await?;
        let scheduled: Vec<GrantId> =
            there.iter().filter(|grant| grant.state == GrantState::Scheduled).map(|grant| grant.id).collect();
        if !scheduled.is_empty() {
            tuple::end(tx, &scheduled, because, None).await?;
        }
    }
    decision::close(tx, request, because).await
}
