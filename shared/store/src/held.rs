//! What Curfew holds in AWS just now and until when: all that must be remembered to remove it while Postgres is away.

use domain::{AssignmentId, Tuple};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::StoreError;
use crate::grants::tuple_of;

/// An instance that was not heard of for this long is not there.
const THERE: SignedDuration = SignedDuration::from_secs(15);

/// An assignment of ours that some grant holds, or that is being removed. Never one that was there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub id: AssignmentId,
    /// Counts the times that Curfew took the tuple up.
    pub generation: i32,
    /// Who, where, what.
    pub tuple: Tuple,
    /// When the last of its grants ends; past where it is being removed already.
    pub until: Timestamp,
    /// Whether a creation was sent whose outcome nobody knows: it may still land.
    pub create_unresolved: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    generation: i32,
    principal_id: String,
    account_id: String,
    permission_set_arn: String,
    until: jiff_sqlx::Timestamp,
    create_unresolved: bool,
}

/// Everything held whose last grant ends before `horizon`.
///
/// # Errors
/// When Postgres is away.
pub async fn all(connection: &mut PgConnection, horizon: Timestamp) -> Result<Vec<Held>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "WITH held AS ( \
             SELECT assignment_id AS id, max(CASE WHEN state = 'revoking' THEN revoking_at ELSE deadline_at END) AS until \
                 FROM grants WHERE state IN ('granting', 'active', 'revoking') AND assignment_id IS NOT NULL GROUP BY assignment_id \
             UNION ALL SELECT id, due_at FROM assignments WHERE work = 'delete' AND state = 'deleting') \
         SELECT a.id, a.generation, a.principal_id, a.account_id, a.permission_set_arn, a.create_unresolved, max(held.until) AS until \
             FROM held JOIN assignments a ON a.id = held.id WHERE a.origin = 'ours' \
             GROUP BY a.id HAVING max(held.until) <= $1",
    )
    .bind(horizon.to_sqlx())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Held {
                id: AssignmentId(row.id),
                generation: row.generation,
                tuple: tuple_of(row.principal_id, row.account_id, row.permission_set_arn)?,
                until: row.until.to_jiff(),
                create_unresolved: row.create_unresolved,
            })
        })
        .collect()
}

/// Says that this instance of the revocation service is there, and counts those that are before it.
///
/// # Errors
/// When Postgres is away.
pub async fn attend(connection: &mut PgConnection, instance: Uuid, now: Timestamp) -> Result<u32, StoreError> {
    let before: i64 = sqlx::query_scalar(
        "WITH gone AS (DELETE FROM revocation_instances WHERE seen_at < $3), \
              me AS (INSERT INTO revocation_instances (id, seen_at) VALUES ($1, $2) \
                     ON CONFLICT (id) DO UPDATE SET seen_at = EXCLUDED.seen_at) \
         SELECT count(*) FROM revocation_instances WHERE id < $1 AND seen_at >= $3",
    )
    .bind(instance)
    .bind(now.to_sqlx())
    .bind((now - THERE).to_sqlx())
    .fetch_one(connection)
    .await?;
    Ok(u32::try_from(before).unwrap_or(u32::MAX))
}

/// Says that this instance leaves, so that nobody waits for it.
///
/// # Errors
/// When Postgres is away.
pub async fn leave(connection: &mut PgConnection, instance: Uuid) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM revocation_instances WHERE id = $1").bind(instance).execute(connection).await?;
    Ok(())
}
