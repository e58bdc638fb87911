//! What a message to a person has to say, read for many facts at once: requests, people, who is asked.

mod said;

use domain::{ApprovalId, GroupId, RequestId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

pub use said::{Change, Comment, Delegation, Review, changes, comments, delegations, refusals, reviews};

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

/// Those of these people who may sign in, and the active members of these groups as they are now.
///
/// # Errors
/// When Postgres is away.
pub async fn active(
    connection: &mut PgConnection,
    users: &[UserId],
    groups: &[GroupId],
) -> Result<Vec<Person>, StoreError> {
    let rows: Vec<PersonRow> = sqlx::query_as(
        "SELECT id, display_name, email, true FROM directory_users WHERE active AND gone_at IS NULL \
           AND (id = ANY($1::text[]) OR id IN (SELECT user_id FROM directory_members WHERE group_id = ANY($2::text[]))) \
         ORDER BY id",
    )
    .bind(users.iter().map(UserId::as_str).collect::<Vec<_>>())
    .bind(groups.iter().map(GroupId::as_str).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(person).collect()
}

/// The active members of groups that are named by id or by display name.
///
/// # Errors
/// When Postgres is away.
pub async fn members_of_named(connection: &mut PgConnection, groups: &[String]) -> Result<Vec<Person>, StoreError> {
    let rows: Vec<PersonRow> = sqlx::query_as(
        "SELECT DISTINCT u.id, u.display_name, u.email, true FROM directory_groups g \
             JOIN directory_members m ON m.group_id = g.id JOIN directory_users u ON u.id = m.user_id \
         WHERE (g.id = ANY($1::text[]) OR g.name = ANY($1::text[])) AND u.active AND u.gone_at IS NULL ORDER BY u.id",
    )
    .bind(groups)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(person).collect()
}

/// Somebody whom an open approval asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// About which request.
    pub request: RequestId,
    /// In which approval.
    pub approval: ApprovalId,
    /// Who.
    pub person: Person,
    /// For whom: themselves, or somebody whom they stand in for.
    pub voice: UserId,
}

/// Whom the open approvals of these requests ask just now: the people whom their current stages name, the members of
/// the groups they name as they are now, and who was on duty when the stage began; beside each of them those who stand in
/// for them where one of its policies takes them; without requester, beneficiary, who stands in for either, and who has
/// voted in that stage. Somebody who may speak for several people is there for each.
///
/// # Errors
/// When Postgres is away.
pub async fn approvers(
    connection: &mut PgConnection,
    requests: &[Uuid],
    now: Timestamp,
) -> Result<Vec<Asked>, StoreError> {
    type Row = (Uuid, Uuid, String, String, Option<String>, String);
    let rows: Vec<Row> = sqlx::query_as(
        "WITH stands_in AS (SELECT from_id, to_id FROM delegations \
             WHERE starts_at <= $2 AND $2 < least(ends_at, coalesce(ended_at, ends_at))), \
         named AS ( \
             SELECT a.request_id, a.id AS approval_id, split_part(asked, ':', 2) AS voice \
             FROM approvals a CROSS JOIN LATERAL unnest(a.asks) AS asked \
             WHERE a.request_id = ANY($1) AND a.state = 'open' AND split_part(asked, ':', 1) IN ('user', 'duty') \
             UNION \
             SELECT a.request_id, a.id, m.user_id \
             FROM approvals a CROSS JOIN LATERAL unnest(a.asks) AS asked \
                 JOIN directory_members m ON m.group_id = split_part(asked, ':', 2) \
             WHERE a.request_id = ANY($1) AND a.state = 'open' AND split_part(asked, ':', 1) = 'group'), \
         c AS ( \
             SELECT request_id, approval_id, voice AS user_id, voice FROM named \
             UNION \
             SELECT n.request_id, n.approval_id, d.to_id, n.voice \
             FROM named n JOIN stands_in d ON d.from_id = n.voice JOIN approvals a ON a.id = n.approval_id \
                 JOIN directory_users away ON away.id = n.voice AND away.active AND away.gone_at IS NULL \
             WHERE EXISTS (SELECT 1 FROM jsonb_array_elements(a.needs) AS need(it) \
                 CROSS JOIN LATERAL (SELECT it->'policy'->'delegates') AS taken(who) \
                 WHERE coalesce((who->>'everyone')::bool, false) OR jsonb_exists(who->'users', d.to_id) \
                   OR EXISTS (SELECT 1 FROM directory_members m WHERE m.user_id = d.to_id AND jsonb_exists(who->'groups', m.group_id)))) \
         SELECT c.request_id, c.approval_id, u.id, u.display_name, u.email, c.voice \
         FROM c JOIN requests r ON r.id = c.request_id JOIN directory_users u ON u.id = c.user_id \
         WHERE r.state = 'pending' AND u.active AND u.gone_at IS NULL \
           AND c.voice NOT IN (r.requester_id, r.beneficiary_id) AND u.id NOT IN (r.requester_id, r.beneficiary_id) \
           AND NOT EXISTS (SELECT 1 FROM stands_in d \
               WHERE d.from_id IN (r.requester_id, r.beneficiary_id) AND d.to_id IN (u.id, c.voice)) \
           AND NOT EXISTS (SELECT 1 FROM votes v JOIN approvals a ON a.id = v.approval_id \
               WHERE v.approval_id = c.approval_id AND (u.id IN (v.voter_id, v.stands_for) OR c.voice IN (v.voter_id, v.stands_for)) \
                 AND ((a.progress->(v.need::int))->>'stage')::int IS NOT DISTINCT FROM v.stage) \
         ORDER BY c.request_id, u.id, c.approval_id, c.voice",
    )
    .bind(requests)
    .bind(now.to_sqlx())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(request, approval, id, name, email, voice)| {
            let person = person((id, name, email, true))?;
            let voice = UserId::parse(voice).map_err(|e| StoreError::impossible("approvals", e))?;
            Ok(Asked { request: RequestId(request), approval: ApprovalId(approval), person, voice })
        })
        .collect()
}

/// Who was sent a mail that asked them to decide these requests, at whatever stage.
///
/// # Errors
/// When Postgres is away.
pub async fn asked(connection: &mut PgConnection, requests: &[Uuid]) -> Result<Vec<(RequestId, UserId)>, StoreError> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT DISTINCT t.request_id, d.recipient FROM trail_entries t \
             JOIN deliveries d ON d.fact_id = t.id AND d.channel = 'mail' \
         WHERE t.request_id = ANY($1) AND d.body->'news'->>'kind' = 'asked' ORDER BY t.request_id, d.recipient",
    )
    .bind(requests)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|(request, id)| Ok((RequestId(request), user(id)?))).collect()
}

/// A mail about a request that was planned for somebody: by which kind of fact, of which moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Told {
    /// About which request.
    pub request: RequestId,
    /// The fact's versioned name.
    pub action: String,
    /// When it was committed.
    pub at: Timestamp,
    /// Whom.
    pub person: UserId,
}

/// The mails about these requests that were planned because of facts of these names.
///
/// # Errors
/// When Postgres is away.
pub async fn told(connection: &mut PgConnection, requests: &[Uuid], actions: &[&str]) -> Result<Vec<Told>, StoreError> {
    let rows: Vec<(Uuid, String, jiff_sqlx::Timestamp, String)> = sqlx::query_as(
        "SELECT t.request_id, t.action, t.at, d.recipient FROM trail_entries t \
             JOIN deliveries d ON d.fact_id = t.id AND d.channel = 'mail' \
         WHERE t.request_id = ANY($1) AND t.action = ANY($2::text[])",
    )
    .bind(requests)
    .bind(actions)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(request, action, at, id)| {
            Ok(Told { request: RequestId(request), action, at: at.to_jiff(), person: user(id)? })
        })
        .collect()
}

fn user(id: String) -> Result<UserId, StoreError> {
    UserId::parse(id).map_err(|e| StoreError::impossible("deliveries", e))
}
