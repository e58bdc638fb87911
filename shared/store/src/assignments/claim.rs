//! Claiming: what is due is leased, with a place for its call where places are limited; and what waits.

use domain::assignment::Work;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::{Assignment, Row};
use crate::slots::{self, Slots};
use crate::{StoreError, Tx};

/// What is due and in nobody's hands. What needs no call to go (never attempted, or not ours) is left to
/// [`crate::tuple::let_go`].
macro_rules! due {
    () => {
        "a.work = $1 AND a.due_at <= $2 AND (a.leased_until IS NULL OR a.leased_until <= $2) \
         AND NOT (a.work = 'delete' AND (a.state = 'absent' OR a.origin IS NOT DISTINCT FROM 'pre_existing'))"
    };
}

/// What goes on with a call that was made, or needs none.
macro_rules! goes_on {
    () => {
        "(a.slot IS NOT NULL OR (a.operation_id IS NOT NULL AND a.attempt = a.work) \
          OR (a.work = 'delete' AND a.first_absent_at IS NOT NULL))"
    };
}

/// Leases up to `limit` assignments that need this work, the longest due first, whatever is under way.
///
/// # Errors
/// When Postgres is away.
pub async fn claim(tx: &mut Tx, work: Work, limit: i64, lease: SignedDuration) -> Result<Vec<Assignment>, StoreError> {
    claim_late(tx, work, SignedDuration::ZERO, limit, lease).await
}

/// The same of what has been due for so long.
///
/// # Errors
/// When Postgres is away.
pub async fn claim_late(
    tx: &mut Tx,
    work: Work,
    late: SignedDuration,
    limit: i64,
    lease: SignedDuration,
) -> Result<Vec<Assignment>, StoreError> {
    let query = concat!(
        "UPDATE assignments SET lease_token = gen_random_uuid(), leased_until = $3 WHERE id = ANY(ARRAY( \
             SELECT id FROM assignments a WHERE ",
        due!(),
        " ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)) RETURNING *"
    );
    claim_by(tx, query, work, tx.now() - late, limit, lease).await
}

/// Leases up to `limit` assignments that need this work, the longest due first: those that go on, and as many others
/// as there are free places for their calls. The last thing that a transaction locks for.
///
/// # Errors
/// When Postgres is away.
pub async fn claim_with_slots(
    tx: &mut Tx,
    work: Work,
    limit: i64,
    lease: SignedDuration,
    slots: &Slots,
) -> Result<Vec<Assignment>, StoreError> {
    if !slots.cover(work) {
        return claim(tx, work, limit, lease).await;
    }
    let going_on = concat!(
        "UPDATE assignments SET lease_token = gen_random_uuid(), leased_until = $3 WHERE id = ANY(ARRAY( \
             SELECT id FROM assignments a WHERE ",
        due!(),
        " AND ",
        goes_on!(),
        " ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)) RETURNING *"
    );
    let mut claimed = claim_by(tx, going_on, work, tx.now(), limit, lease).await?;
    let room = usize::try_from(limit).unwrap_or(0).saturating_sub(claimed.len());
    if room == 0 || !is_any_fresh(tx, work).await? {
        return Ok(claimed);
    }
    let mut numbers = slots::look(tx, slots, work).await?;
    numbers.truncate(room);
    let fresh = if numbers.is_empty() { Vec::new() } else { claim_fresh(tx, work, lease, slots, &numbers).await? };
    if work == Work::Create && fresh.len() == numbers.len() {
        slots::creations_wait(tx).await?;
    }
    claimed.extend(fresh);
    Ok(claimed)
}

/// Leases up to `limit` assignments whose creation left before new access was paused.
///
/// # Errors
/// When Postgres is away.
pub async fn claim_under_way(tx: &mut Tx, limit: i64, lease: SignedDuration) -> Result<Vec<Assignment>, StoreError> {
    const QUERY: &str = "UPDATE assignments SET lease_token = gen_random_uuid(), leased_until = $3 WHERE id = ANY(ARRAY( \
         SELECT id FROM assignments WHERE work = $1 AND due_at <= $2 AND (leased_until IS NULL OR leased_until <= $2) \
           AND attempt = 'create' AND state = 'creating' ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)) RETURNING *";
    claim_by(tx, QUERY, Work::Create, tx.now(), limit, lease).await
}

async fn claim_by(
    tx: &mut Tx,
    query: &'static str,
    work: Work,
    due_by: Timestamp,
    limit: i64,
    lease: SignedDuration,
) -> Result<Vec<Assignment>, StoreError> {
    let now = tx.now();
    let rows: Vec<Row> = sqlx::query_as(query)
        .bind(work.as_str())
        .bind(due_by.to_sqlx())
        .bind((now + lease).to_sqlx())
        .bind(limit)
        .fetch_all(tx.connection())
        .await?;
    in_line(rows)
}

/// The longest due first, as they were picked: what an update returns comes in any order.
fn in_line(rows: Vec<Row>) -> Result<Vec<Assignment>, StoreError> {
    let mut claimed = rows.into_iter().map(Row::into_assignment).collect::<Result<Vec<_>, _>>()?;
    claimed.sort_by_key(|assignment| (assignment.due_at, assignment.id));
    Ok(claimed)
}

/// Whether some of this work is due and in nobody's hands.
///
/// # Errors
/// When Postgres is away.
pub async fn any_due(connection: &mut PgConnection, work: Work, now: Timestamp) -> Result<bool, StoreError> {
    let query = concat!("SELECT EXISTS (SELECT 1 FROM assignments a WHERE ", due!(), ")");
    Ok(sqlx::query_scalar(query).bind(work.as_str()).bind(now.to_sqlx()).fetch_one(connection).await?)
}

/// Asked before anybody is held off: most of the time there is nothing.
async fn is_any_fresh(tx: &mut Tx, work: Work) -> Result<bool, StoreError> {
    let query = concat!("SELECT EXISTS (SELECT 1 FROM assignments a WHERE ", due!(), " AND NOT ", goes_on!(), ")");
    let now = tx.now().to_sqlx();
    Ok(sqlx::query_scalar(query).bind(work.as_str()).bind(now).fetch_one(tx.connection()).await?)
}

/// One for each of these places.
async fn claim_fresh(
    tx: &mut Tx,
    work: Work,
    lease: SignedDuration,
    slots: &Slots,
    numbers: &[i16],
) -> Result<Vec<Assignment>, StoreError> {
    let now = tx.now();
    // The line is cut before it is joined with anything: it may be long, and claims are many.
    let query = concat!(
        "WITH open AS (SELECT id, due_at, row_number() OVER (PARTITION BY account_id, permission_set_arn ORDER BY due_at, id) AS nth \
             FROM assignments a WHERE ",
        due!(),
        " AND NOT ",
        goes_on!(),
        " AND NOT ($6 AND EXISTS (SELECT 1 FROM assignments o WHERE o.slot IS NOT NULL \
                 AND o.account_id = a.account_id AND o.permission_set_arn = a.permission_set_arn))), \
         picked AS (SELECT a.id, a.due_at FROM assignments a WHERE a.id = ANY(ARRAY( \
                 SELECT id FROM open WHERE nth = 1 OR NOT $6 ORDER BY due_at, id LIMIT cardinality($4::smallint[]))) AND ",
        due!(),
        " ORDER BY a.due_at, a.id FOR UPDATE SKIP LOCKED), \
         numbered AS (SELECT id, ($4::smallint[])[row_number() OVER (ORDER BY due_at, id)] AS number FROM picked) \
         UPDATE assignments a SET lease_token = gen_random_uuid(), leased_until = $3, slot = numbered.number, slot_until = $5 \
             FROM numbered WHERE a.id = numbered.id RETURNING a.*"
    );
    let rows: Vec<Row> = sqlx::query_as(query)
        .bind(work.as_str())
        .bind(now.to_sqlx())
        .bind((now + lease).to_sqlx())
        .bind(numbers)
        .bind((now + slots::KEPT).to_sqlx())
        .bind(slots.one_at_a_time)
        .fetch_all(tx.connection())
        .await?;
    in_line(rows)
}

/// When the next assignment needs this work, a lease that must run out first included. Where places are limited, what
/// is due already waits for one, and is looked for again a moment from `now`.
///
/// # Errors
/// When Postgres is away.
pub async fn next_due(
    connection: &mut PgConnection,
    work: Work,
    slots: &Slots,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<jiff_sqlx::Timestamp> = sqlx::query_scalar(
        "SELECT min(GREATEST(due_at, COALESCE(leased_until, due_at))) FROM assignments WHERE work = $1 \
             AND NOT (work = 'delete' AND (state = 'absent' OR origin IS NOT DISTINCT FROM 'pre_existing'))",
    )
    .bind(work.as_str())
    .fetch_one(connection)
    .await?;
    Ok(next.map(|due| slots::look_again(slots, work, due.to_jiff(), now)))
}

/// Work of one kind that is due and in nobody's hands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waiting {
    /// Which.
    pub work: Work,
    /// How many.
    pub count: i64,
    /// How many seconds the longest of them has been due.
    pub oldest_s: f64,
}

/// What waits, by kind; kinds of which nothing waits count nought.
///
/// # Errors
/// When Postgres is away.
pub async fn waiting(connection: &mut PgConnection, now: Timestamp) -> Result<Vec<Waiting>, StoreError> {
    let rows: Vec<(String, i64, f64)> = sqlx::query_as(
        "SELECT k.work, count(a.id), COALESCE(max(EXTRACT(EPOCH FROM $1 - a.due_at)), 0)::float8 \
         FROM unnest(ARRAY['create', 'delete', 'watch']) AS k(work) LEFT JOIN assignments a ON a.work = k.work \
             AND a.due_at <= $1 AND (a.leased_until IS NULL OR a.leased_until <= $1) GROUP BY k.work",
    )
    .bind(now.to_sqlx())
    .fetch_all(connection)
    .await?;
    let known = |(work, count, oldest_s): (String, i64, f64)| {
        let work = Work::from_name(&work).ok_or_else(|| StoreError::impossible("assignments", &work))?;
        Ok(Waiting { work, count, oldest_s })
    };
    rows.into_iter().map(known).collect()
}
