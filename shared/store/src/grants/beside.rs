//! What stands beside a grant's row and is told with it.

use std::collections::HashMap;

use domain::GrantId;
use domain::grant::GrantState;
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Grant;
use crate::StoreError;

/// What is told with an active grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Beside {
    /// The later deadline of an approved extension that waits until its schedule in AWS has moved.
    pub extending_to: Option<Timestamp>,
    /// When AWS was found not to have it, and it was not made again since: somebody took it away outside Curfew.
    pub vanished_at: Option<Timestamp>,
}

/// What stands beside these grants; nothing of those that are missing.
///
/// # Errors
/// When Postgres is away.
pub async fn beside<'g>(
    connection: &mut PgConnection,
    grants: impl IntoIterator<Item = &'g Grant>,
) -> Result<HashMap<GrantId, Beside>, StoreError> {
    let active = grants.into_iter().filter(|grant| grant.state == GrantState::Active);
    let ids: Vec<Uuid> = active.map(|grant| grant.id.uuid()).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, Option<jiff_sqlx::Timestamp>, Option<jiff_sqlx::Timestamp>)> = sqlx::query_as(
        "SELECT g.id, w.deadline_at, d.found_at FROM grants g \
         LEFT JOIN wanted_deadlines w ON w.grant_id = g.id \
         LEFT JOIN drift d ON d.principal_id = g.principal_id AND d.account_id = g.account_id \
             AND d.permission_set_arn = g.permission_set_arn AND d.kind = 'vanished' AND d.resolved_at IS NULL \
             AND NOT EXISTS (SELECT 1 FROM grants h \
                 WHERE h.assignment_id = g.assignment_id AND h.state = 'active' AND h.active_at > d.found_at) \
         WHERE g.id = ANY($1) AND g.state = 'active' AND (w.grant_id IS NOT NULL OR d.id IS NOT NULL)",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    let time = |at: Option<jiff_sqlx::Timestamp>| at.map(jiff_sqlx::Timestamp::to_jiff);
    Ok(rows
        .into_iter()
        .map(|(id, wanted, found)| (GrantId(id), Beside { extending_to: time(wanted), vanished_at: time(found) }))
        .collect())
}
