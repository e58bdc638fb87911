//! Access and the lateness of its removal over time, in buckets of the same length.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx};
use sqlx::PgConnection;

use crate::StoreError;

/// What there was in a bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// When it begins.
    pub at: Timestamp,
    /// Accesses that lived at its end.
    pub active: i64,
    /// Those that began in it.
    pub begun: i64,
    /// Those that were seen gone in it.
    pub gone: i64,
    /// How late these were; none where there were none.
    pub lateness: Option<Lateness>,
}

/// How long after it should be gone access was seen gone, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lateness {
    /// Half of them were no later.
    pub median_s: f64,
    /// Nineteen of twenty were no later.
    pub p95_s: f64,
    /// The latest.
    pub most_s: f64,
}

#[derive(sqlx::FromRow)]
struct Gone {
    at: SqlTimestamp,
    count: i64,
    median: f64,
    p95: f64,
    most: f64,
}

/// So many buckets of this length, the last of which ends at `until`. What should be gone by its deadline is counted from
/// there; what somebody ended or revoked, from the moment at which its removal began.
///
/// # Errors
/// When Postgres is away.
pub async fn figures(
    connection: &mut PgConnection,
    until: Timestamp,
    bucket: SignedDuration,
    count: i32,
) -> Result<Vec<Bucket>, StoreError> {
    let starts: Vec<Timestamp> = (1..=count).rev().map(|back| until - bucket * back).collect();
    let Some(from) = starts.first().copied() else { return Ok(Vec::new()) };
    let seconds = bucket.as_secs_f64();
    let begun: Vec<(SqlTimestamp, i64)> = sqlx::query_as(
        "SELECT date_bin(make_interval(secs => $3), active_at, $1) AS at, count(*) FROM grants \
         WHERE active_at >= $1 AND active_at < $2 GROUP BY 1",
    )
    .bind(from.to_sqlx())
    .bind(until.to_sqlx())
    .bind(seconds)
    .fetch_all(&mut *connection)
    .await?;
    let gone: Vec<Gone> = sqlx::query_as(
        "SELECT at, count(*) AS count, percentile_cont(0.5) WITHIN GROUP (ORDER BY late) AS median, \
             percentile_cont(0.95) WITHIN GROUP (ORDER BY late) AS p95, max(late) AS most FROM ( \
             SELECT date_bin(make_interval(secs => $3), ended_at, $1) AS at, \
                 GREATEST(0, date_part('epoch', ended_at - CASE WHEN reason = 'deadline' THEN deadline_at \
                     ELSE COALESCE(revoking_at, ended_at) END)) AS late FROM grants \
             WHERE ended_at >= $1 AND ended_at < $2 AND active_at IS NOT NULL) AS removals GROUP BY at",
    )
    .bind(from.to_sqlx())
    .bind(until.to_sqlx())
    .bind(seconds)
    .fetch_all(&mut *connection)
    .await?;
    let living: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM grants WHERE state IN ('granting', 'active', 'revoking') AND active_at IS NOT NULL",
    )
    .fetch_one(connection)
    .await?;
    let begun: BTreeMap<Timestamp, i64> = begun.into_iter().map(|(at, count)| (at.to_jiff(), count)).collect();
    let gone: BTreeMap<Timestamp, Gone> = gone.into_iter().map(|gone| (gone.at.to_jiff(), gone)).collect();
    // From now backwards: before a bucket there lived what lives after it, without what began in it, and what went in it.
    let mut active = living;
    let mut buckets: Vec<Bucket> = Vec::with_capacity(starts.len());
    for at in starts.into_iter().rev() {
        let begun = begun.get(&at).copied().unwrap_or_default();
        let gone = gone.get(&at);
        let count = gone.map_or(0, |gone| gone.count);
        let lateness = gone.map(|gone| Lateness { median_s: gone.median, p95_s: gone.p95, most_s: gone.most });
        buckets.push(Bucket { at, active, begun, gone: count, lateness });
        active = active - begun + count;
    }
    buckets.reverse();
    Ok(buckets)
}
