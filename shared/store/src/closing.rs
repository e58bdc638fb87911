//! Undecided requests that nobody shall decide any more: of people who are disabled or gone, and of an emergency's scope.
//! They are found in batches, those that others hold are skipped and found again.

use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::emergencies::{self, Emergency};
use crate::requests::{self, Request};
use crate::{StoreError, Tx};

/// Up to `limit` pending requests, locked, whose asker or beneficiary the directory's last good copy shows disabled or
/// gone.
///
/// # Errors
/// When Postgres is away.
pub async fn lock_leavers(tx: &mut Tx, limit: i64) -> Result<Vec<Request>, StoreError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT r.id FROM requests r WHERE r.state = 'pending' AND EXISTS (SELECT 1 FROM directory_users u \
             WHERE u.id IN (r.requester_id, r.beneficiary_id) AND (NOT u.active OR u.gone_at IS NOT NULL)) \
         ORDER BY r.id LIMIT $1 FOR UPDATE OF r SKIP LOCKED",
    )
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    read(tx, &ids).await
}

/// Up to `limit` pending requests, locked, that a running emergency is about: asked for before it began, by or for the
/// person, or with a pair in the account.
///
/// # Errors
/// When Postgres is away.
pub async fn lock_for_emergency(tx: &mut Tx, emergency: &Emergency, limit: i64) -> Result<Vec<Request>, StoreError> {
    let (kind, subject) = emergencies::columns_of(emergency.order.ends.as_ref());
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT r.id FROM requests r WHERE r.state = 'pending' AND r.submitted_at <= $1 AND ($2 = 'everything' \
             OR ($2 = 'user' AND $3 IN (r.requester_id, r.beneficiary_id)) \
             OR ($2 = 'account' AND EXISTS (SELECT 1 FROM request_items i WHERE i.request_id = r.id AND i.account_id = $3))) \
         ORDER BY r.id LIMIT $4 FOR UPDATE OF r SKIP LOCKED",
    )
    .bind(emergency.begun_at.map(|at| at.to_sqlx()))
    .bind(kind)
    .bind(subject)
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    read(tx, &ids).await
}

/// Whether any request of the emergency's scope is still undecided, in others' hands too.
///
/// # Errors
/// When Postgres is away.
pub async fn any_left(connection: &mut PgConnection, emergency: &Emergency) -> Result<bool, StoreError> {
    let (kind, subject) = emergencies::columns_of(emergency.order.ends.as_ref());
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM requests r WHERE r.state = 'pending' AND r.submitted_at <= $1 AND ($2 = 'everything' \
             OR ($2 = 'user' AND $3 IN (r.requester_id, r.beneficiary_id)) \
             OR ($2 = 'account' AND EXISTS (SELECT 1 FROM request_items i WHERE i.request_id = r.id AND i.account_id = $3))))",
    )
    .bind(emergency.begun_at.map(|at| at.to_sqlx()))
    .bind(kind)
    .bind(subject)
    .fetch_one(connection)
    .await?)
}

async fn read(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Request>, StoreError> {
    if ids.is_empty() { Ok(Vec::new()) } else { requests::by_ids(tx.connection(), ids).await }
}
