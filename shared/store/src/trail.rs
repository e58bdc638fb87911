//! Reading the trail. Writing is the unit of work's alone.

use domain::Actor;
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::unit_of_work::from_json;
use crate::{Db, StoreError};

/// One entry.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The fact's id.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Whose doing.
    pub actor: Actor,
    /// The versioned name of what happened.
    pub action: String,
    /// What it is about.
    pub subject_kind: String,
    /// Which.
    pub subject_id: Uuid,
    /// The request it belongs to.
    pub request_id: Option<Uuid>,
    /// The fact's own data.
    pub data: serde_json::Value,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    at: jiff_sqlx::Timestamp,
    actor: serde_json::Value,
    action: String,
    subject_kind: String,
    subject_id: Uuid,
    request_id: Option<Uuid>,
    data: serde_json::Value,
}

/// What to read.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only what belongs to this request.
    pub request: Option<Uuid>,
    /// Only what is about this subject.
    pub subject: Option<Uuid>,
    /// Only these actions.
    pub action: Option<String>,
    /// Only entries with a smaller id.
    pub before: Option<Uuid>,
    /// How many at most.
    pub limit: i64,
}

/// The newest entries first.
///
/// # Errors
/// When Postgres is away.
pub async fn list(db: &Db, filter: &Filter) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, at, actor, action, subject_kind, subject_id, request_id, data FROM trail_entries \
         WHERE ($1::uuid IS NULL OR request_id = $1) AND ($2::uuid IS NULL OR subject_id = $2) \
           AND ($3::text IS NULL OR action = $3) AND ($4::uuid IS NULL OR id < $4) \
         ORDER BY id DESC LIMIT $5",
    )
    .bind(filter.request)
    .bind(filter.subject)
    .bind(filter.action.as_deref())
    .bind(filter.before)
    .bind(filter.limit)
    .fetch_all(db.pool())
    .await?;
    rows.into_iter().map(Row::into_entry).collect()
}

/// What is about a request, its grants, or the assignments of those since it was asked, the oldest first.
///
/// # Errors
/// When Postgres is away.
pub async fn about_request(
    connection: &mut PgConnection,
    request: domain::RequestId,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, at, actor, action, subject_kind, subject_id, request_id, data FROM trail_entries \
         WHERE request_id = $1 \
         UNION ALL \
         SELECT id, at, actor, action, subject_kind, subject_id, request_id, data FROM trail_entries \
         WHERE subject_kind = 'assignment' AND request_id IS NULL \
           AND subject_id IN (SELECT assignment_id FROM grants WHERE request_id = $1) \
           AND at >= (SELECT submitted_at FROM requests WHERE id = $1) \
         ORDER BY id LIMIT $2",
    )
    .bind(request.uuid())
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_entry).collect()
}

impl Row {
    fn into_entry(self) -> Result<Entry, StoreError> {
        Ok(Entry {
            id: self.id,
            at: self.at.to_jiff(),
            actor: from_json("trail_entries", self.actor)?,
            action: self.action,
            subject_kind: self.subject_kind,
            subject_id: self.subject_id,
            request_id: self.request_id,
            data: self.data,
        })
    }
}
