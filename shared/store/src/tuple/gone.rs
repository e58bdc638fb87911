//! After a removal: what AWS no longer shows is settled with the lease's token, several at a time.

use std::collections::BTreeSet;

use domain::AssignmentId;
use domain::assignment::AssignmentState;
use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use jiff::SignedDuration;
use uuid::Uuid;

use super::{balance_with, forget};
use crate::assignments::{self, Assignment};
use crate::grants::Grant;
use crate::{StoreError, Tx, backstops, grants, session_denies};

/// How long a removed tuple is watched.
const WATCH: SignedDuration = SignedDuration::from_hours(24);

/// A removal that was seen.
#[derive(Debug, Clone)]
pub struct Gone {
    /// What was removed.
    pub assignment: AssignmentId,
    /// The token of the lease under which it was.
    pub lease: Uuid,
    /// How it is known.
    pub evidence: Evidence,
    /// The groups that AWS showed to have the same permission set in the same account, where that was read.
    pub groups: Option<Vec<String>>,
    /// The trace that it belongs to.
    pub trace_parent: Option<String>,
}

/// They are gone: those who were leaving have left, and the tuples are watched for a day. Returns those that are settled:
/// all but those whose lease is lost, of which nothing is changed.
///
/// # Errors
/// When Postgres is away.
pub async fn gone(tx: &mut Tx, removed: &[Gone]) -> Result<BTreeSet<AssignmentId>, StoreError> {
    let ids: Vec<Uuid> = removed.iter().map(|one| one.assignment.uuid()).collect();
    let mut holders = grants::by_assignment(grants::lock_living_and_postponed(tx, &ids).await?);
    let locked = assignments::lock_all(tx, &ids).await?;
    let settled = |a: &Assignment| removed.iter().find(|one| one.assignment == a.id && a.lease == Some(one.lease));
    let mut leased: Vec<(&Gone, AssignmentState, Assignment)> =
        locked.into_iter().filter_map(|a| Some((settled(&a)?, a.state, a))).collect();
    let groups = leased.iter().filter_map(|(one, _, a)| Some((a.id, one.groups.as_deref()?)));
    assignments::note_groups(tx, groups).await?;

    for (one, _, a) in &mut leased {
        tx.in_trace(one.trace_parent.clone());
        leave(tx, a, holders.remove(&a.id).unwrap_or_default(), &one.evidence).await?;
    }
    let ids: Vec<Uuid> = leased.iter().map(|(_, _, a)| a.id.uuid()).collect();
    let mut living = grants::by_assignment(grants::living_on(tx.connection(), &ids).await?);
    for (one, _, a) in &mut leased {
        tx.in_trace(one.trace_parent.clone());
        balance_with(tx, a, living.remove(&a.id).unwrap_or_default()).await?;
    }
    backstops::discard(tx, &ids).await?;
    let changed: Vec<_> = leased.iter().map(|(_, _, a)| a).collect();
    assignments::write_rows(tx, &changed).await?;
    for (one, was, a) in &leased {
        tx.in_trace(one.trace_parent.clone());
        assignments::tell(tx, a, *was, None);
    }
    tx.in_trace(None);
    Ok(leased.into_iter().map(|(_, _, a)| a.id).collect())
}

/// Ends those who were leaving, among the locked grants of the locked assignment, of which nothing is left.
async fn leave(tx: &mut Tx, a: &mut Assignment, holders: Vec<Grant>, evidence: &Evidence) -> Result<(), StoreError> {
    let (postponed, living): (Vec<Grant>, Vec<Grant>) =
        holders.into_iter().partition(|grant| grant.state == GrantState::Ended);
    let mut ended = Vec::new();
    for mut grant in living.into_iter().filter(|grant| grant.state == GrantState::Revoking) {
        let reason = grant.reason.unwrap_or(EndReason::Revoked);
        grants::end(tx, &mut grant, reason, None, evidence.clone()).await?;
        ended.push(grant);
    }
    ended.extend(session_denies::no_longer_postponed(tx, postponed).await?);
    a.create_after = session_denies::wish(tx, a.id, &ended).await?.or(a.create_after);
    forget(a);
    a.absent_at = Some(tx.now());
    a.watch_until = Some(tx.now() + WATCH);
    a.release();
    Ok(())
}
