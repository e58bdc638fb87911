//! Listing grants.

use domain::grant::GrantState;
use domain::{AccountId, GrantId, UserId};
use sqlx::PgConnection;

use super::{Grant, all};
use crate::StoreError;

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this person's.
    pub principal: Option<UserId>,
    /// Only those in these states; empty is all.
    pub states: Vec<GrantState>,
    /// Only those in this account.
    pub account: Option<AccountId>,
    /// Only those made before this one.
    pub before: Option<GrantId>,
    /// How many at most.
    pub limit: i64,
}

/// The newest first.
///
/// # Errors
/// When Postgres is away.
pub async fn list(connection: &mut PgConnection, filter: &Filter) -> Result<Vec<Grant>, StoreError> {
    let states: Vec<&str> = filter.states.iter().map(|s| s.as_str()).collect();
    all(sqlx::query_as(
        "SELECT * FROM grants WHERE ($1::text IS NULL OR principal_id = $1) \
           AND (cardinality($2::text[]) = 0 OR state = ANY($2)) AND ($3::text IS NULL OR account_id = $3) \
           AND ($4::uuid IS NULL OR id < $4) ORDER BY id DESC LIMIT $5",
    )
    .bind(filter.principal.as_ref().map(UserId::as_str))
    .bind(states)
    .bind(filter.account.as_ref().map(AccountId::as_str))
    .bind(filter.before.map(GrantId::uuid))
    .bind(filter.limit)
    .fetch_all(connection)
    .await?)
}
