//! What an emergency would end, counted before somebody presses the button.

use domain::emergency::Scope;
use sqlx::PgConnection;

use crate::StoreError;
use crate::emergencies::columns_of;

/// How much is in a scope just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InScope {
    /// Accesses that are there, on their way or to come.
    pub grants: i64,
    /// The people who have them.
    pub people: i64,
    /// The accounts that they are in.
    pub accounts: i64,
    /// Undecided requests.
    pub requests: i64,
}

/// What would end if the button were pressed now.
///
/// # Errors
/// When Postgres is away.
pub async fn count(connection: &mut PgConnection, scope: &Scope) -> Result<InScope, StoreError> {
    let (kind, subject) = columns_of(Some(scope));
    let (grants, people, accounts): (i64, i64, i64) = sqlx::query_as(
        "SELECT count(*), count(DISTINCT principal_id), count(DISTINCT account_id) FROM grants \
         WHERE state IN ('scheduled', 'granting', 'active') \
           AND ($1 = 'everything' OR ($1 = 'user' AND principal_id = $2) OR ($1 = 'account' AND account_id = $2))",
    )
    .bind(kind)
    .bind(subject)
    .fetch_one(&mut *connection)
    .await?;
    let requests: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM requests r WHERE r.state = 'pending' AND ($1 = 'everything' \
             OR ($1 = 'user' AND $2 IN (r.requester_id, r.beneficiary_id)) \
             OR ($1 = 'account' AND EXISTS (SELECT 1 FROM request_items i WHERE i.request_id = r.id AND i.account_id = $2)))",
    )
    .bind(kind)
    .bind(subject)
    .fetch_one(connection)
    .await?;
    Ok(InScope { grants, people, accounts, requests })
}
