//! Endings that are found rather than asked for: of people who are disabled or gone, and of an emergency's scope. Each
//! takes a batch, skips what others hold, and is found again until nothing is left. They only end.

use std::collections::BTreeMap;

use domain::grant::EndReason;
use domain::{Fact, GrantId, UserId};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Ending, end_locked};
use crate::emergencies::{self, Emergency, Part};
use crate::grants::{self, Grant};
use crate::{StoreError, Tx};

/// Ends up to `limit` grants of people whom the directory's last good copy shows disabled or gone, with a fact for each
/// of these people. Who is missing from the copy for another reason is nobody of them. Returns how many grants.
///
/// # Errors
/// When Postgres is away.
pub async fn end_leavers(tx: &mut Tx, limit: i64) -> Result<usize, StoreError> {
    let found: Vec<(Uuid, bool)> = sqlx::query_as(
        "SELECT g.id, u.gone_at IS NOT NULL FROM grants g JOIN directory_users u ON u.id = g.principal_id \
         WHERE g.state IN ('scheduled', 'granting', 'active') AND (NOT u.active OR u.gone_at IS NOT NULL) \
         ORDER BY g.id LIMIT $1 FOR UPDATE OF g SKIP LOCKED",
    )
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    let ids: Vec<Uuid> = found.iter().map(|(id, _)| *id).collect();
    let locked = lock(tx, &ids).await?;
    let mut whose: BTreeMap<UserId, (bool, Vec<GrantId>)> = BTreeMap::new();
    for grant in &locked {
        let gone = found.iter().any(|(id, gone)| *id == grant.id.uuid() && *gone);
        whose.entry(grant.tuple.principal.clone()).or_insert((gone, Vec::new())).1.push(grant.id);
    }
    let why = "the person is disabled or gone in Identity Center";
    let ended = done(end_locked(tx, locked, EndReason::UserDisabled, Some(why)).await?);
    for (user, (gone, mut grants)) in whose {
        grants.retain(|id| ended.contains(id));
        if !grants.is_empty() {
            tx.record(Fact::LeaverEnded { user, gone, grants });
        }
    }
    Ok(ended.len())
}

/// Ends up to `limit` grants that a running emergency is about: what was asked for before it began. Returns how many;
/// where none is left and none can come any more, that is noted.
///
/// # Errors
/// When Postgres is away.
pub async fn end_for_emergency(tx: &mut Tx, emergency: &Emergency, limit: i64) -> Result<usize, StoreError> {
    let Some(begun_at) = emergency.begun_at.filter(|_| emergency.grants_done_at.is_none()) else { return Ok(0) };
    let (kind, subject) = emergencies::columns_of(emergency.order.ends.as_ref());
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT g.id FROM grants g JOIN requests r ON r.id = g.request_id \
         WHERE g.state IN ('scheduled', 'granting', 'active') AND r.submitted_at <= $1 \
           AND ($2 = 'everything' OR ($2 = 'user' AND g.principal_id = $3) OR ($2 = 'account' AND g.account_id = $3)) \
         ORDER BY g.id LIMIT $4 FOR UPDATE OF g SKIP LOCKED",
    )
    .bind(begun_at.to_sqlx())
    .bind(kind)
    .bind(subject)
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    let locked = lock(tx, &ids).await?;
    let ended = done(end_locked(tx, locked, EndReason::Emergency, Some(&emergency.order.reason)).await?);
    if ended.is_empty() {
        if tx.now() >= begun_at + emergencies::SETTLES && !any_left(tx.connection(), emergency).await? {
            emergencies::part_done(tx, emergency.id, Part::Grants).await?;
        }
        return Ok(0);
    }
    let more = i64::try_from(ended.len()).unwrap_or(i64::MAX);
    emergencies::count(tx, emergency.id, Part::Grants, more).await?;
    Ok(ended.len())
}

/// Whether there is anything left of the scope, in others' hands too.
async fn any_left(connection: &mut PgConnection, emergency: &Emergency) -> Result<bool, StoreError> {
    let (kind, subject) = emergencies::columns_of(emergency.order.ends.as_ref());
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM grants g JOIN requests r ON r.id = g.request_id \
         WHERE g.state IN ('scheduled', 'granting', 'active') AND r.submitted_at <= $1 \
           AND ($2 = 'everything' OR ($2 = 'user' AND g.principal_id = $3) OR ($2 = 'account' AND g.account_id = $3)))",
    )
    .bind(emergency.begun_at.map(|at| at.to_sqlx()))
    .bind(kind)
    .bind(subject)
    .fetch_one(connection)
    .await?)
}

async fn lock(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Grant>, StoreError> {
    if ids.is_empty() { Ok(Vec::new()) } else { grants::lock(tx, ids).await }
}

fn done(endings: Vec<Ending>) -> Vec<GrantId> {
    endings
        .into_iter()
        .filter_map(|ending| match ending {
            Ending::Done(id, _) => Some(id),
            Ending::Already(..) | Ending::NotAllowed(..) => None,
        })
        .collect()
}
