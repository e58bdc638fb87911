//! Stages that take long: their voters are reminded, and further people are asked, each once and at its time.

use domain::Fact;
use domain::request::RequestState;
use domain::{Actor, ApprovalId, RequestId};
use judge::voters::{escalates, reminds};
use store::approvals::{self, ApprovalState};

use store::{StoreError, requests};

use super::electors::{Desk, about, matter};

/// Attends to one approval: what is due of reminders and escalations is done, and whom it asks is worked out anew, so
/// that whoever came on duty in between is asked too. On-call services are asked before anything is locked.
///
/// # Errors
/// When Postgres is away.
pub async fn attend(desk: &Desk, request: RequestId, id: ApprovalId) -> Result<(), StoreError> {
    let Some(seen) = matter(&desk.db, request).await? else { return Ok(()) };
    let Some(approval) = seen.approvals.iter().find(|approval| approval.id == id) else { return Ok(()) };
    let mut connection = desk.db.read().await?;
    let book = desk.judge.books.current(&mut connection).await?;
    let about = about(&seen.request, &seen.items, approval);
    let now = desk.db.clock().now();
    let roll = desk.judge.roll(&mut connection, &book, &about, &approval.needs, now).await?;
    drop(connection);

    let mut tx = desk.db.begin(Actor::service("approval")).await?;
    let now = tx.now();
    let pending = requests::lock(&mut tx, request).await?.is_some_and(|r| r.state == RequestState::Pending);
    let locked = approvals::lock(&mut tx, request).await?;
    let due = |a: &approvals::Approval| {
        a.id == id && a.state == ApprovalState::Open && a.attend_at.is_some_and(|at| at <= now)
    };
    let Some(mut approval) = locked.into_iter().find(due).filter(|_| pending) else { return Ok(()) };
    for (need, (policy, progress)) in approval.needs.iter().zip(&mut approval.progress).enumerate() {
        let Some((place, stage)) = progress.stage.and_then(|at| Some((at, policy.policy.stages.get(at)?))) else {
            continue;
        };
        if reminds(stage, progress, now) {
            progress.reminded = true;
            tx.record(Fact::ApprovalReminded { approval: id, request, need, stage: place });
        }
        if escalates(stage, progress, now) {
            progress.escalated = true;
            tx.record(Fact::ApprovalEscalated { approval: id, request, need, stage: place });
        }
    }
    let asking = roll.asks(&approval.needs, &approval.progress, now);
    approval.attend_at = asking.attend_at;
    approvals::advance(&mut tx, &approval, &asking.asks).await?;
    tx.commit().await?;
    Ok(())
}
