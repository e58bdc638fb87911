//! Requests by what they are about.

use domain::request::RequestState;
use domain::{AccountId, RequestId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Request, Row};
use crate::StoreError;

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those that this person asked for, or would have the access of.
    pub person: Option<UserId>,
    /// Only those in these states; empty is all.
    pub states: Vec<RequestState>,
    /// Only those about this account.
    pub account: Option<AccountId>,
    /// Only those submitted at this moment or later.
    pub since: Option<Timestamp>,
    /// Only those submitted before this moment.
    pub until: Option<Timestamp>,
    /// Only those submitted before this one.
    pub before: Option<RequestId>,
    /// How many at most.
    pub limit: i64,
}

/// The newest first.
///
/// # Errors
/// When Postgres is away.
pub async fn list(connection: &mut PgConnection, filter: &Filter) -> Result<Vec<Request>, StoreError> {
    let states: Vec<&str> = filter.states.iter().map(|s| s.as_str()).collect();
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM requests r \
         WHERE ($1::text IS NULL OR requester_id = $1 OR beneficiary_id = $1) \
           AND (cardinality($2::text[]) = 0 OR state = ANY($2)) \
           AND ($3::text IS NULL OR EXISTS (SELECT 1 FROM request_items i WHERE i.request_id = r.id AND i.account_id = $3)) \
           AND ($4::uuid IS NULL OR id < $4) \
           AND ($6::timestamptz IS NULL OR submitted_at >= $6) AND ($7::timestamptz IS NULL OR submitted_at < $7) \
         ORDER BY id DESC LIMIT $5",
    )
    .bind(filter.person.as_ref().map(UserId::as_str))
    .bind(states)
    .bind(filter.account.as_ref().map(AccountId::as_str))
    .bind(filter.before.map(RequestId::uuid))
    .bind(filter.limit)
    .bind(filter.since.map(|at| at.to_sqlx()))
    .bind(filter.until.map(|at| at.to_sqlx()))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_request).collect()
}

/// Requests by id, the newest first.
///
/// # Errors
/// When Postgres is away.
pub async fn by_ids(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Request>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM requests WHERE id = ANY($1) ORDER BY id DESC")
        .bind(ids)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::into_request).collect()
}
