//! The statements that move a grant, each with its fact.

use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use domain::{AssignmentId, Fact};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::Grant;
use crate::unit_of_work::json;
use crate::{StoreError, Tx, receipts};

/// Takes a scheduled grant up, with its provisional deadline.
pub(crate) async fn start(
    tx: &mut Tx,
    grant: &mut Grant,
    assignment: AssignmentId,
    deadline: Timestamp,
) -> Result<(), StoreError> {
    let now = tx.now();
    grant.state = GrantState::Granting;
    grant.assignment = Some(assignment);
    grant.deadline_at = Some(deadline);
    grant.started_at = Some(now);
    write(tx, grant).await?;
    let (grant, request, tuple) = (grant.id, grant.request, grant.tuple.clone());
    tx.record(Fact::GrantStarted { grant, request, tuple, deadline_at: deadline });
    Ok(())
}

/// Moves the start of a locked scheduled grant. A fixed end stays where it is.
pub(crate) async fn postpone(tx: &mut Tx, grant: &mut Grant, start_at: Timestamp) -> Result<(), StoreError> {
    let from = std::mem::replace(&mut grant.start_at, start_at);
    let patience = grant.start_by.duration_since(from);
    grant.start_by = grant.fixed_end.unwrap_or_else(|| start_at.saturating_add(patience).unwrap_or(Timestamp::MAX));
    let done = sqlx::query(
        "UPDATE grants SET version = version + 1, start_at = $3, start_by = $4 WHERE id = $1 AND version = $2 AND state = 'scheduled'",
    )
    .bind(grant.id.uuid())
    .bind(grant.version)
    .bind(grant.start_at.to_sqlx())
    .bind(grant.start_by.to_sqlx())
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Raced { what: "the grant" });
    }
    grant.version += 1;
    let (grant, request, tuple) = (grant.id, grant.request, grant.tuple.clone());
    tx.record(Fact::GrantPostponed { grant, request, tuple, from, start_at });
    Ok(())
}

/// Says that AWS shows it.
pub(crate) async fn activate(tx: &mut Tx, grant: &mut Grant, deadline: Timestamp) -> Result<(), StoreError> {
    let now = tx.now();
    grant.state = GrantState::Active;
    grant.deadline_at = Some(deadline);
    grant.active_at = Some(now);
    write(tx, grant).await?;
    let (grant, request, tuple) = (grant.id, grant.request, grant.tuple.clone());
    tx.record(Fact::GrantActivated { grant, request, tuple, deadline_at: deadline, read_back_at: now });
    Ok(())
}

/// Says that it shall go.
pub(crate) async fn revoke(
    tx: &mut Tx,
    grant: &mut Grant,
    reason: EndReason,
    detail: Option<String>,
) -> Result<(), StoreError> {
    grant.state = GrantState::Revoking;
    grant.reason = Some(reason);
    grant.detail.clone_from(&detail);
    grant.revoking_at = Some(tx.now());
    write(tx, grant).await?;
    let (grant, request, tuple) = (grant.id, grant.request, grant.tuple.clone());
    tx.record(Fact::GrantRevoking { grant, request, tuple, reason, detail });
    Ok(())
}

/// The same of several locked grants: one statement for all.
pub(crate) async fn revoke_all(
    tx: &mut Tx,
    grants: &mut [Grant],
    reason: EndReason,
    detail: Option<&str>,
) -> Result<(), StoreError> {
    let now = tx.now();
    let (ids, versions): (Vec<Uuid>, Vec<i64>) = grants.iter().map(|grant| (grant.id.uuid(), grant.version)).unzip();
    let done = sqlx::query(
        "UPDATE grants g SET version = g.version + 1, state = 'revoking', reason = $3, detail = $4, revoking_at = $5 \
         FROM unnest($1::uuid[], $2::bigint[]) AS w(id, version) WHERE g.id = w.id AND g.version = w.version",
    )
    .bind(ids)
    .bind(versions)
    .bind(reason.as_str())
    .bind(detail)
    .bind(now.to_sqlx())
    .execute(tx.connection())
    .await?;
    if usize::try_from(done.rows_affected()) != Ok(grants.len()) {
        return Err(StoreError::Raced { what: "the grant" });
    }
    for grant in grants {
        grant.version += 1;
        grant.state = GrantState::Revoking;
        grant.reason = Some(reason);
        grant.detail = detail.map(str::to_owned);
        grant.revoking_at = Some(now);
        let (grant, request, tuple) = (grant.id, grant.request, grant.tuple.clone());
        tx.record(Fact::GrantRevoking { grant, request, tuple, reason, detail: detail.map(str::to_owned) });
    }
    Ok(())
}

/// Says that it is gone, and how we know.
pub(crate) async fn end(
    tx: &mut Tx,
    grant: &mut Grant,
    reason: EndReason,
    detail: Option<&str>,
    evidence: Evidence,
) -> Result<(), StoreError> {
    grant.state = GrantState::Ended;
    grant.reason = Some(reason);
    grant.detail = detail.map(str::to_owned).or_else(|| grant.detail.take());
    grant.ended_at = Some(tx.now());
    grant.evidence = Some(evidence.clone());
    let left = receipts::expose(tx, grant, reason, &evidence);
    write(tx, grant).await?;
    let (id, request, tuple) = (grant.id, grant.request, grant.tuple.clone());
    tx.record(Fact::GrantEnded { grant: id, request, tuple, reason, evidence: evidence.clone() });
    receipts::attest_end(tx, grant, reason, &evidence, left).await
}

/// Moves the deadline of a locked active grant.
///
/// # Errors
/// When Postgres is away or the grant changed since it was read.
pub async fn extend(tx: &mut Tx, grant: &mut Grant, deadline: Timestamp) -> Result<(), StoreError> {
    let from = grant.deadline_at.unwrap_or(deadline);
    grant.deadline_at = Some(deadline);
    write(tx, grant).await?;
    tx.record(Fact::GrantExtended { grant: grant.id, request: grant.request, from, deadline_at: deadline });
    Ok(())
}

async fn write(tx: &mut Tx, grant: &mut Grant) -> Result<(), StoreError> {
    let time = |t: Option<Timestamp>| t.map(|t| t.to_sqlx());
    let evidence = grant.evidence.as_ref().map(|e| json("grants", e)).transpose()?;
    let sessions = grant.sessions.as_ref().map(|s| json("grants", s)).transpose()?;
    let done = sqlx::query(
        "UPDATE grants SET version = version + 1, assignment_id = $3, state = $4, deadline_at = $5, started_at = $6, \
             active_at = $7, revoking_at = $8, ended_at = $9, reason = $10, detail = $11, evidence = $12, \
             removed_at = $13, credentials_until = $14, sessions = $15 \
         WHERE id = $1 AND version = $2",
    )
    .bind(grant.id.uuid())
    .bind(grant.version)
    .bind(grant.assignment.map(AssignmentId::uuid))
    .bind(grant.state.as_str())
    .bind(time(grant.deadline_at))
    .bind(time(grant.started_at))
    .bind(time(grant.active_at))
    .bind(time(grant.revoking_at))
    .bind(time(grant.ended_at))
    .bind(grant.reason.map(EndReason::as_str))
    .bind(&grant.detail)
    .bind(evidence)
    .bind(time(grant.removed_at))
    .bind(time(grant.credentials_until))
    .bind(sessions)
    .execute(tx.connection())
    .await?;
    if done.rows_affected() != 1 {
        return Err(StoreError::Raced { what: "the grant" });
    }
    grant.version += 1;
    Ok(())
}
