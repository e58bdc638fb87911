//! Alarms about what should not last: access that is not gone in time, and what is parked. A scan without input raises
//! each once for each step and tells when it is over; two scans at once tell one.

use std::collections::BTreeMap;

use domain::parked::ParkedKind;
use domain::{Fact, GrantId, overdue};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::grants::tuple_of;
use crate::{StoreError, Tx, parked};

const OVERDUE: &str = "overdue";

/// An access that should be gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// Which grant.
    pub grant: GrantId,
    /// Since when it should be gone.
    pub since: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Late {
    id: Uuid,
    request_id: Uuid,
    principal_id: String,
    account_id: String,
    permission_set_arn: String,
    since: jiff_sqlx::Timestamp,
    tries: i32,
    last_error: Option<String>,
    step: i32,
}

/// Grants that should have been gone for a minute, with the step that was told of each: `$1` is now less a minute.
const LATE: &str = "\
    SELECT g.id, g.request_id, g.principal_id, g.account_id, g.permission_set_arn, \
           LEAST(g.revoking_at, g.deadline_at) AS since, COALESCE(a.tries, 0) AS tries, a.last_error, COALESCE(k.step, 0) AS step \
    FROM grants g LEFT JOIN assignments a ON a.id = g.assignment_id \
    LEFT JOIN alarms k ON k.kind = 'overdue' AND k.subject = g.id \
    WHERE (g.state = 'revoking' AND g.revoking_at <= $1) OR (g.state IN ('granting', 'active') AND g.deadline_at <= $1) \
       OR (g.state = 'revoking' AND g.deadline_at <= $1)";

/// Raises what is to be raised and clears what is over. Returns how many of both.
///
/// # Errors
/// When Postgres is away.
pub async fn scan(tx: &mut Tx) -> Result<usize, StoreError> {
    Ok(raise_overdue(tx).await? + clear_overdue(tx).await? + scan_parked(tx).await?)
}

async fn raise_overdue(tx: &mut Tx) -> Result<usize, StoreError> {
    let now = tx.now();
    let late: Vec<Late> =
        sqlx::query_as(LATE).bind((now - overdue::FIRST).to_sqlx()).fetch_all(tx.connection()).await?;
    let mut raised = 0;
    for one in late {
        let since = one.since.to_jiff();
        let step = overdue::step(since, now);
        if step <= one.step || !take_step(tx, OVERDUE, one.id, step, since).await? {
            continue;
        }
        tx.record(Fact::GrantOverdue {
            grant: GrantId(one.id),
            request: domain::RequestId(one.request_id),
            tuple: tuple_of(one.principal_id, one.account_id, one.permission_set_arn)?,
            since,
            overdue_s: now.duration_since(since).as_secs(),
            tries: one.tries,
            last_error: one.last_error,
        });
        raised += 1;
    }
    Ok(raised)
}

/// Takes the step if nobody has: two scans at once are told apart by the row.
async fn take_step(tx: &mut Tx, kind: &str, subject: Uuid, step: i32, since: Timestamp) -> Result<bool, StoreError> {
    let now = tx.now().to_sqlx();
    let taken = sqlx::query(
        "INSERT INTO alarms AS k (kind, subject, step, since, raised_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (kind, subject) DO UPDATE SET step = EXCLUDED.step, raised_at = EXCLUDED.raised_at WHERE k.step < EXCLUDED.step",
    )
    .bind(kind)
    .bind(subject)
    .bind(step)
    .bind(since.to_sqlx())
    .bind(now)
    .execute(tx.connection())
    .await?;
    Ok(taken.rows_affected() == 1)
}

async fn clear_overdue(tx: &mut Tx) -> Result<usize, StoreError> {
    let now = tx.now();
    let over: Vec<Late> = sqlx::query_as(
        "WITH over AS (DELETE FROM alarms k USING grants g WHERE k.kind = 'overdue' AND g.id = k.subject AND g.state = 'ended' \
             RETURNING k.subject, k.step, k.since) \
         SELECT g.id, g.request_id, g.principal_id, g.account_id, g.permission_set_arn, over.since, 0 AS tries, \
             NULL::text AS last_error, over.step FROM over JOIN grants g ON g.id = over.subject ORDER BY g.id",
    )
    .fetch_all(tx.connection())
    .await?;
    let count = over.len();
    for one in over {
        tx.record(Fact::GrantOverdueCleared {
            grant: GrantId(one.id),
            request: domain::RequestId(one.request_id),
            tuple: tuple_of(one.principal_id, one.account_id, one.permission_set_arn)?,
            overdue_s: now.duration_since(one.since.to_jiff()).as_secs(),
        });
    }
    Ok(count)
}

/// Assignments are alarmed each; of the rest one alarm says that there are some that nobody knows of.
async fn scan_parked(tx: &mut Tx) -> Result<usize, StoreError> {
    const EACH: i64 = 200;
    let now = tx.now();
    let mut there: BTreeMap<(ParkedKind, Uuid), (i64, Timestamp, String)> = BTreeMap::new();
    for count in parked::counts(tx.connection(), now).await? {
        let Some(oldest) = count.oldest else { continue };
        if count.kind.alarms_each() {
            for one in parked::list(tx.connection(), now, Some(count.kind), None, EACH).await? {
                there.insert((one.kind, one.id), (1, one.since, format!("{}: {}", one.about, one.why)));
            }
        } else if count.unknown > 0 {
            let why = parked::list(tx.connection(), now, Some(count.kind), None, 1).await?;
            let why = why.into_iter().next().map(|one| format!("{}: {}", one.about, one.why)).unwrap_or_default();
            there.insert((count.kind, Uuid::nil()), (count.unknown, oldest, why));
        }
    }
    let told: Vec<(String, Uuid)> = sqlx::query_as("SELECT kind, subject FROM alarms WHERE kind <> $1")
        .bind(OVERDUE)
        .fetch_all(tx.connection())
        .await?;
    let mut changed = 0;
    for (name, subject) in told {
        let Some(kind) = ParkedKind::from_name(&name) else { continue };
        if there.remove(&(kind, subject)).is_none() && forget(tx, &name, subject).await? {
            tx.record(Fact::ParkedCleared { kind, id: id_of(subject) });
            changed += 1;
        }
    }
    for ((kind, subject), (count, since, why)) in there {
        if take_step(tx, kind.as_str(), subject, 1, since).await? {
            tx.record(Fact::ParkedRaised { kind, id: id_of(subject), count, why });
            changed += 1;
        }
    }
    Ok(changed)
}

async fn forget(tx: &mut Tx, kind: &str, subject: Uuid) -> Result<bool, StoreError> {
    let gone = sqlx::query("DELETE FROM alarms WHERE kind = $1 AND subject = $2")
        .bind(kind)
        .bind(subject)
        .execute(tx.connection())
        .await?;
    Ok(gone.rows_affected() == 1)
}

fn id_of(subject: Uuid) -> Option<Uuid> {
    Some(subject).filter(|subject| !subject.is_nil())
}

/// How many grants should have been gone for longer than a minute, and since when the oldest.
///
/// # Errors
/// When Postgres is away.
pub async fn overdue(connection: &mut PgConnection, now: Timestamp) -> Result<(i64, Option<Timestamp>), StoreError> {
    let (count, oldest): (i64, Option<jiff_sqlx::Timestamp>) = sqlx::query_as(
        "SELECT count(*), min(LEAST(revoking_at, deadline_at)) FROM grants \
         WHERE (state = 'revoking' AND LEAST(revoking_at, deadline_at) <= $1) \
            OR (state IN ('granting', 'active') AND deadline_at <= $1)",
    )
    .bind((now - overdue::FIRST).to_sqlx())
    .fetch_one(connection)
    .await?;
    Ok((count, oldest.map(jiff_sqlx::Timestamp::to_jiff)))
}
