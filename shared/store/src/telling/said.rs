//! What people said or did, as messages repeat it: refusals, comments, reviews, delegations, changes of rules.

use domain::{Actor, ChangeId, CommentId, DelegationId, RequestId, ReviewId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::StoreError;
use crate::reviews::Reviewers;
use crate::unit_of_work::from_json;

fn user(table: &'static str, id: String) -> Result<UserId, StoreError> {
    UserId::parse(id).map_err(|e| StoreError::impossible(table, e))
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

/// Something said about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Which.
    pub id: CommentId,
    /// What.
    pub body: String,
}

/// Comments by id.
///
/// # Errors
/// When Postgres is away.
pub async fn comments(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Comment>, StoreError> {
    let rows: Vec<(Uuid, String)> =
        sqlx::query_as("SELECT id, body FROM comments WHERE id = ANY($1)").bind(ids).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(id, body)| Comment { id: CommentId(id), body }).collect())
}

/// A look that somebody owes or took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Which.
    pub id: ReviewId,
    /// Whether of a break-glass.
    pub break_glass: bool,
    /// Who may take it.
    pub reviewers: Reviewers,
    /// Until when.
    pub due_at: Timestamp,
    /// What the reviewer said.
    pub comment: Option<String>,
    /// Who counts as one person with those whom it is about, and so may not take it.
    pub barred: Vec<UserId>,
}

/// Reviews by id, as delegations stand at a moment.
///
/// # Errors
/// When Postgres is away or a row cannot be read.
pub async fn reviews(connection: &mut PgConnection, ids: &[Uuid], now: Timestamp) -> Result<Vec<Review>, StoreError> {
    type Row = (Uuid, bool, serde_json::Value, jiff_sqlx::Timestamp, Option<String>, Vec<String>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, break_glass, reviewers, due_at, comment, ARRAY( \
             SELECT CASE WHEN d.from_id IN (requester_id, beneficiary_id) THEN d.to_id ELSE d.from_id END FROM delegations d \
             WHERE (d.from_id IN (requester_id, beneficiary_id) OR d.to_id IN (requester_id, beneficiary_id)) \
               AND d.starts_at <= $2 AND $2 < least(d.ends_at, coalesce(d.ended_at, d.ends_at))) \
         FROM reviews WHERE id = ANY($1)",
    )
    .bind(ids)
    .bind(now.to_sqlx())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(id, break_glass, reviewers, due_at, comment, barred)| {
            Ok(Review {
                id: ReviewId(id),
                break_glass,
                reviewers: from_json("reviews", reviewers)?,
                due_at: due_at.to_jiff(),
                comment,
                barred: barred.into_iter().map(|id| user("delegations", id)).collect::<Result<_, _>>()?,
            })
        })
        .collect()
}

/// Somebody stands in for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Which.
    pub id: DelegationId,
    /// For whom.
    pub from: UserId,
    /// Who.
    pub to: UserId,
    /// Since when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// Why.
    pub reason: Option<String>,
}

/// Delegations by id.
///
/// # Errors
/// When Postgres is away.
pub async fn delegations(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Delegation>, StoreError> {
    type Row = (Uuid, String, String, jiff_sqlx::Timestamp, jiff_sqlx::Timestamp, Option<String>);
    let rows: Vec<Row> =
        sqlx::query_as("SELECT id, from_id, to_id, starts_at, ends_at, reason FROM delegations WHERE id = ANY($1)")
            .bind(ids)
            .fetch_all(connection)
            .await?;
    rows.into_iter()
        .map(|(id, from, to, starts_at, ends_at, reason)| {
            Ok(Delegation {
                id: DelegationId(id),
                from: user("delegations", from)?,
                to: user("delegations", to)?,
                starts_at: starts_at.to_jiff(),
                ends_at: ends_at.to_jiff(),
                reason,
            })
        })
        .collect()
}

/// A change of rules that waits or waited for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub id: ChangeId,
    /// How many documents it touches.
    pub edits: i32,
    /// Why it is wished for.
    pub reason: Option<String>,
    /// Who wishes it.
    pub proposed_by: Actor,
    /// Who decided.
    pub decided_by: Option<Actor>,
    /// Whether a document that it is about moved on first.
    pub stale: bool,
}

/// Changes by id.
///
/// # Errors
/// When Postgres is away.
pub async fn changes(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Change>, StoreError> {
    type Row = (Uuid, i32, Option<String>, serde_json::Value, Option<serde_json::Value>, bool);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, cardinality(touches), reason, proposed_by, decided_by, state = 'stale' FROM changes WHERE id = ANY($1)",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(id, edits, reason, proposed_by, decided_by, stale)| {
            Ok(Change {
                id: ChangeId(id),
                edits,
                reason,
                proposed_by: from_json("changes", proposed_by)?,
                decided_by: decided_by.map(|by| from_json("changes", by)).transpose()?,
                stale,
            })
        })
        .collect()
}
