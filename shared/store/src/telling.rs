//! What a message to a person has to say, read for many facts at once: requests, people, who is asked.

use domain::{RequestId, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::StoreError;

/// A person as messages name and reach them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// What people call them.
    pub display_name: String,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// Whether they may still sign in.
    pub active: bool,
}

type PersonRow = (String, String, Option<String>, bool);

fn person((id, display_name, email, active): PersonRow) -> Result<Person, StoreError> {
    let id = UserId::parse(id).map_err(|e| StoreError::impossible("directory_users", e))?;
    Ok(Person { id, display_name, email, active })
}

/// People by id; those whom the directory never saw are missing.
///
/// # Errors
/// When Postgres is away.
pub async fn people(connection: &mut PgConnection, ids: &[&str]) -> Result<Vec<Person>, StoreError> {
    let rows: Vec<PersonRow> = sqlx::query_as(
        "SELECT id, display_name, email, active AND gone_at IS NULL FROM directory_users WHERE id = ANY($1::text[])",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(person).collect()
}

/// Whom the open approvals of these requests ask just now: the people whom their current stages name, the members of
/// the groups they name as they are now, and who was on duty when the stage began; without requester, beneficiary,
/// and who has voted in that stage.
///
/// # Errors
/// When Postgres is away.
pub async fn approvers(
    connection: &mut PgConnection,
    requests: &[Uuid],
) -> Result<Vec<(RequestId, Person)>, StoreError> {
    type Row = (Uuid, String, String, Option<String>, bool);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT DISTINCT c.request_id, u.id, u.display_name, u.email, true FROM ( \
             SELECT a.request_id, a.id AS approval_id, split_part(asked, ':', 2) AS user_id \
             FROM approvals a CROSS JOIN LATERAL unnest(a.asks) AS asked \
             WHERE a.request_id = ANY($1) AND a.state = 'open' AND split_part(asked, ':', 1) IN ('user', 'duty') \
             UNION ALL \
             SELECT a.request_id, a.id, m.user_id \
             FROM approvals a CROSS JOIN LATERAL unnest(a.asks) AS asked \
                 JOIN directory_members m ON m.group_id = split_part(asked, ':', 2) \
             WHERE a.request_id = ANY($1) AND a.state = 'open' AND split_part(asked, ':', 1) = 'group') c \
         JOIN requests r ON r.id = c.request_id JOIN directory_users u ON u.id = c.user_id \
         WHERE r.state = 'pending' AND u.active AND u.gone_at IS NULL AND u.id NOT IN (r.requester_id, r.beneficiary_id) \
           AND NOT EXISTS (SELECT 1 FROM votes v JOIN approvals a ON a.id = v.approval_id \
               WHERE v.approval_id = c.approval_id AND u.id IN (v.voter_id, v.stands_for) \
                 AND ((a.progress->(v.need::int))->>'stage')::int IS NOT DISTINCT FROM v.stage) \
         ORDER BY c.request_id, u.id",
    )
    .bind(requests)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(request, id, name, email, active)| Ok((RequestId(request), person((id, name, email, active))?)))
        .collect()
}

/// Who was sent a mail that asked them to decide these requests.
///
/// # Errors
/// When Postgres is away.
pub async fn asked(connection: &mut PgConnection, requests: &[Uuid]) -> Result<Vec<(RequestId, UserId)>, StoreError> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT t.request_id, d.recipient FROM trail_entries t \
         JOIN deliveries d ON d.fact_id = t.id AND d.channel = 'mail' \
         WHERE t.request_id = ANY($1) AND t.action = 'request.submitted.v1'",
    )
    .bind(requests)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(request, id)| {
            let id = UserId::parse(id).map_err(|e| StoreError::impossible("deliveries", e))?;
            Ok((RequestId(request), id))
        })
        .collect()
}

/// What those who said no gave as their reason.
///
/// # Errors
/// When Postgres is away.
pub async fn refusals(
    connection: &mut PgConnection,
    requests: &[Uuid],
) -> Result<Vec<(RequestId, String)>, StoreError> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT a.request_id, v.comment FROM approvals a JOIN votes v ON v.approval_id = a.id \
         WHERE a.request_id = ANY($1) AND v.decision = 'reject' AND v.comment IS NOT NULL ORDER BY v.id",
    )
    .bind(requests)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id, comment)| (RequestId(id), comment)).collect())
}
