//! One list of everything that is parked, whatever table it stands in.

use domain::Actor;
use domain::parked::ParkedKind;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use crate::StoreError;
use crate::unit_of_work::from_json;

/// A fact that waits longer than this for the broker is parked.
const FACT_WAITS: SignedDuration = SignedDuration::from_mins(5);
/// So many tries in a row without success park an assignment whatever the answers were.
const TRIES: i32 = 20;

/// Something parked.
#[derive(Debug, Clone, PartialEq)]
pub struct Parked {
    /// What sort of thing.
    pub kind: ParkedKind,
    /// Its id in its own table.
    pub id: Uuid,
    /// Since when.
    pub since: Timestamp,
    /// Why, in AWS's or the other side's words.
    pub why: String,
    /// What it is about: of an assignment its work and tuple, of a message its queue.
    pub about: String,
    /// How often it was tried.
    pub tries: i32,
    /// Who knows of it.
    pub acknowledged: Option<Acknowledged>,
}

/// Somebody knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Acknowledged {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What they noted.
    pub note: Option<String>,
}

/// How many of one kind there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Of which kind.
    pub kind: ParkedKind,
    /// How many.
    pub count: i64,
    /// How many of them nobody has acknowledged.
    pub unknown: i64,
    /// Since when the oldest is.
    pub oldest: Option<Timestamp>,
}

/// Everything, as rows of kind, id, since, why, about and tries. `$1` is now, `$2` how old a waiting fact may be, `$3`
/// how many tries an assignment has.
const EVERYTHING: &str = "\
    SELECT 'assignment' AS kind, a.id, t.since, COALESCE(a.last_error, 'no answer') AS why, \
           a.work || ' ' || a.permission_set_arn || ' of ' || a.principal_id || ' in ' || a.account_id AS about, a.tries \
    FROM assignments a JOIN troubles t ON t.assignment_id = a.id \
    WHERE a.work IN ('create', 'delete') AND a.tries > 0 AND (t.class IS NOT NULL OR a.tries >= $3) \
    UNION ALL \
    SELECT 'grant', g.id, g.ended_at, COALESCE(g.detail, 'it could not be given'), \
           g.permission_set_arn || ' of ' || g.principal_id || ' in ' || g.account_id, 0 \
    FROM grants g WHERE g.state = 'ended' AND g.reason = 'failed' AND g.start_by > $1 \
      AND NOT EXISTS (SELECT 1 FROM grants again WHERE again.retry_of = g.id) \
    UNION ALL \
    SELECT 'message', p.id, p.parked_at, p.reason, p.queue, 0 FROM parked p WHERE p.retried_at IS NULL \
    UNION ALL \
    SELECT 'delivery', d.id, d.done_at, COALESCE(d.last_error, 'it was not taken'), \
           d.fact_name || ' by ' || d.channel || ' to ' || d.recipient, d.tries \
    FROM deliveries d WHERE d.state = 'given_up' AND NOT EXISTS (SELECT 1 FROM endpoints e \
        WHERE d.channel = 'webhook' AND e.id::text = d.recipient AND e.deleted_at IS NOT NULL) \
    UNION ALL \
    SELECT 'fact', o.id, o.created_at, 'the broker has not taken it', o.name, 0 FROM outbox o WHERE o.created_at < $2";

#[derive(sqlx::FromRow)]
struct Row {
    kind: String,
    id: Uuid,
    since: jiff_sqlx::Timestamp,
    why: String,
    about: String,
    tries: i32,
    acknowledged_by: Option<serde_json::Value>,
    acknowledged_at: Option<jiff_sqlx::Timestamp>,
    note: Option<String>,
}

impl Row {
    fn into_parked(self) -> Result<Parked, StoreError> {
        let acknowledged = match (self.acknowledged_by, self.acknowledged_at) {
            (Some(by), Some(at)) => {
                Some(Acknowledged { by: from_json("acknowledgements", by)?, at: at.to_jiff(), note: self.note })
            }
            _ => None,
        };
        Ok(Parked {
            kind: kind_of(&self.kind)?,
            id: self.id,
            since: self.since.to_jiff(),
            why: self.why,
            about: self.about,
            tries: self.tries,
            acknowledged,
        })
    }
}

fn kind_of(name: &str) -> Result<ParkedKind, StoreError> {
    ParkedKind::from_name(name).ok_or_else(|| StoreError::impossible("acknowledgements", name))
}

/// What is parked, the longest first; of one kind, or of all; after the item at `after`.
///
/// # Errors
/// When Postgres is away.
pub async fn list(
    connection: &mut PgConnection,
    now: Timestamp,
    kind: Option<ParkedKind>,
    after: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<Parked>, StoreError> {
    let (since, id) = after.unzip();
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT e.*, k.acknowledged_by, k.acknowledged_at, k.note FROM ({EVERYTHING}) e \
         LEFT JOIN acknowledgements k ON k.kind = e.kind AND k.subject = e.id AND k.acknowledged_at >= e.since \
         WHERE ($4::text IS NULL OR e.kind = $4) AND ($5::timestamptz IS NULL OR (e.since, e.id) > ($5, $6)) \
         ORDER BY e.since, e.id LIMIT $7"
    )))
    .bind(now.to_sqlx())
    .bind((now - FACT_WAITS).to_sqlx())
    .bind(TRIES)
    .bind(kind.map(ParkedKind::as_str))
    .bind(since.map(|since| since.to_sqlx()))
    .bind(id)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_parked).collect()
}

/// The parked thing of this id.
///
/// # Errors
/// When Postgres is away.
pub async fn get(connection: &mut PgConnection, now: Timestamp, id: Uuid) -> Result<Option<Parked>, StoreError> {
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT e.*, k.acknowledged_by, k.acknowledged_at, k.note FROM ({EVERYTHING}) e \
         LEFT JOIN acknowledgements k ON k.kind = e.kind AND k.subject = e.id AND k.acknowledged_at >= e.since WHERE e.id = $4"
    )))
    .bind(now.to_sqlx())
    .bind((now - FACT_WAITS).to_sqlx())
    .bind(TRIES)
    .bind(id)
    .fetch_optional(connection)
    .await?;
    row.map(Row::into_parked).transpose()
}

/// How many of each kind there are, those of which there is none included.
///
/// # Errors
/// When Postgres is away.
pub async fn counts(connection: &mut PgConnection, now: Timestamp) -> Result<Vec<Count>, StoreError> {
    let rows: Vec<(String, i64, i64, Option<jiff_sqlx::Timestamp>)> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT e.kind, count(*), count(*) FILTER (WHERE k.subject IS NULL), min(e.since) FROM ({EVERYTHING}) e \
         LEFT JOIN acknowledgements k ON k.kind = e.kind AND k.subject = e.id AND k.acknowledged_at >= e.since GROUP BY e.kind"
    )))
    .bind(now.to_sqlx())
    .bind((now - FACT_WAITS).to_sqlx())
    .bind(TRIES)
    .fetch_all(connection)
    .await?;
    Ok(ParkedKind::ALL
        .into_iter()
        .map(|kind| {
            let found = rows.iter().find(|(name, ..)| name == kind.as_str());
            let (count, unknown, oldest) = found.map_or((0, 0, None), |(_, c, u, o)| (*c, *u, *o));
            Count { kind, count, unknown, oldest: oldest.map(jiff_sqlx::Timestamp::to_jiff) }
        })
        .collect())
}
