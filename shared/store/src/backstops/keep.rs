//! The work on schedules: found by a scan, leased, and settled with the lease's token.

use domain::AssignmentId;
use domain::assignment::{AssignmentState, Origin};
use domain::backstop::{BackstopState as State, Fires, Timing};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::{Backstop, Order, Row, cover, discard, extensions, fires, lock, lock_leased, write};
use crate::assignments;
use crate::{StoreError, Tx, grants, tuple};

/// A schedule that waits this much longer than it has to is moved forward.
const TOO_LATE_BY: SignedDuration = SignedDuration::from_mins(10);

/// The scan without input: schedules for access that has none, the removal of those that nobody needs, and those that
/// wait too long or not long enough. It waits for no lock.
///
/// # Errors
/// When Postgres is away.
pub async fn sweep(tx: &mut Tx, prefix: Option<&str>, limit: i64) -> Result<usize, StoreError> {
    let mut done = sweep_needless(tx, prefix.is_none(), limit).await?;
    if let Some(prefix) = prefix {
        done += sweep_missing(tx, prefix, limit).await?;
        done += nudge(tx, limit).await?;
    }
    Ok(done + extensions::settle_extensions(tx, limit).await?)
}

/// Schedules of assignments that are not there, that are not ours, and all where there shall be none.
const NEEDLESS: &str = "(a.leased_until IS NULL OR a.leased_until <= $2) AND ($1 \
    OR (a.state = 'absent' AND (b.generation <= a.generation \
        OR NOT EXISTS (SELECT 1 FROM grants g WHERE g.assignment_id = a.id AND g.state IN ('granting', 'active')))) \
    OR (a.state IN ('creating', 'present') AND a.origin = 'pre_existing'))";

async fn sweep_needless(tx: &mut Tx, all: bool, limit: i64) -> Result<usize, StoreError> {
    let now = tx.now().to_sqlx();
    let found = format!(
        "SELECT a.id FROM backstops b JOIN assignments a ON a.id = b.assignment_id \
         WHERE b.state IN ('placing', 'placed') AND {NEEDLESS} ORDER BY a.id LIMIT $3"
    );
    let ids: Vec<Uuid> =
        sqlx::query_scalar(AssertSqlSafe(found)).bind(all).bind(now).bind(limit).fetch_all(tx.connection()).await?;
    for id in &ids {
        let id = AssignmentId(*id);
        // Looked at again under the assignment's lock: without it, somebody may be about to need the schedule.
        if assignments::lock_free(tx, id).await?.is_none() {
            continue;
        }
        let still = format!(
            "SELECT EXISTS (SELECT 1 FROM backstops b JOIN assignments a ON a.id = b.assignment_id \
             WHERE a.id = $3 AND b.state IN ('placing', 'placed') AND {NEEDLESS})"
        );
        let still: bool = sqlx::query_scalar(AssertSqlSafe(still))
            .bind(all)
            .bind(now)
            .bind(id.uuid())
            .fetch_one(tx.connection())
            .await?;
        if still {
            discard(tx, &[id.uuid()]).await?;
        }
    }
    Ok(ids.len())
}

/// Access of ours without a schedule: taken over from another system, or given before there were any.
async fn sweep_missing(tx: &mut Tx, prefix: &str, limit: i64) -> Result<usize, StoreError> {
    let now = tx.now();
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT a.id FROM assignments a WHERE a.state = 'present' AND a.origin = 'ours' \
           AND (a.leased_until IS NULL OR a.leased_until <= $1) \
           AND EXISTS (SELECT 1 FROM grants g WHERE g.assignment_id = a.id AND g.state = 'active') \
           AND NOT EXISTS (SELECT 1 FROM backstops b WHERE b.assignment_id = a.id AND b.state <> 'gone') ORDER BY a.id LIMIT $2",
    )
    .bind(now.to_sqlx())
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    for id in &ids {
        let Some(a) = assignments::lock_free(tx, AssignmentId(*id)).await? else { continue };
        let ours = a.state == AssignmentState::Present && a.origin == Some(Origin::Ours) && !a.is_leased(now);
        if ours && lock(tx, a.id).await?.is_none() {
            let mut b = cover::new(&a, a.generation, prefix, now);
            b.due_at = Some(now);
            write(tx, &b, None).await?;
        }
    }
    Ok(ids.len())
}

/// Schedules that wait for another deadline than the last one.
async fn nudge(tx: &mut Tx, limit: i64) -> Result<usize, StoreError> {
    let done = sqlx::query(
        "UPDATE backstops SET due_at = $1 WHERE (assignment_id, generation) IN ( \
             SELECT b.assignment_id, b.generation FROM backstops b \
             CROSS JOIN LATERAL (SELECT max(GREATEST(g.deadline_at, w.deadline_at)) AS needed FROM grants g \
                 LEFT JOIN wanted_deadlines w ON w.grant_id = g.id \
                 WHERE g.assignment_id = b.assignment_id AND g.state = 'active') n \
             WHERE b.state = 'placed' AND b.due_at IS NULL AND (b.leased_until IS NULL OR b.leased_until <= $1) \
               AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.assignment_id = b.assignment_id AND g.state = 'granting') \
               AND (n.needed > b.covers_until OR n.needed < b.covers_until - $2::interval) \
             LIMIT $3 FOR UPDATE OF b SKIP LOCKED)",
    )
    .bind(tx.now().to_sqlx())
    .bind(format!("{} seconds", TOO_LATE_BY.as_secs()))
    .bind(limit)
    .execute(tx.connection())
    .await?;
    Ok(usize::try_from(done.rows_affected()).unwrap_or(usize::MAX))
}

/// What a worker has to do about a schedule that it leased.
#[derive(Debug)]
pub enum Keep {
    /// Put it there, or move it.
    Place(Order),
    /// Take it away.
    Remove(Backstop),
}

/// Leases up to `limit` schedules that are due. A deadline that came earlier counts from here on, before AWS is asked to
/// move; one that shall come later counts when it has moved.
///
/// # Errors
/// When Postgres is away.
pub async fn claim(tx: &mut Tx, timing: Option<&Timing>, limit: i64) -> Result<Vec<Keep>, StoreError> {
    let now = tx.now();
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM backstops WHERE due_at <= $1 AND (leased_until IS NULL OR leased_until <= $1) \
         ORDER BY due_at, assignment_id, generation LIMIT $2 FOR UPDATE SKIP LOCKED",
    )
    .bind(now.to_sqlx())
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in rows {
        let mut b = row.into_backstop()?;
        let was = Some(b.state);
        if b.state == State::Removing {
            b.lease(now);
            write(tx, &b, was).await?;
            claimed.push(Keep::Remove(b));
            continue;
        }
        let needed = needed(tx.connection(), b.assignment).await?;
        let (Some(timing), Some(needed)) = (timing, needed) else {
            // Nobody holds it any more, or there shall be none: the scan decides.
            b.due_at = None;
            write(tx, &b, was).await?;
            continue;
        };
        if b.state == State::Placed && b.covers_until.is_some_and(|at| at >= needed && at <= needed + TOO_LATE_BY) {
            b.due_at = None;
            write(tx, &b, was).await?;
            continue;
        }
        let fires = fires(tx.connection(), timing, b.assignment, needed, now).await?;
        b.covers_until = b.covers_until.map(|covers| covers.min(needed));
        b.lease(now);
        write(tx, &b, was).await?;
        let tuple = tuple_of(tx.connection(), b.assignment).await?;
        claimed.push(Keep::Place(Order { backstop: b, tuple, fires, covers_until: needed }));
    }
    Ok(claimed)
}

async fn tuple_of(connection: &mut PgConnection, id: AssignmentId) -> Result<domain::Tuple, StoreError> {
    let assignment = assignments::get(connection, id).await?;
    assignment.map(|a| a.tuple).ok_or_else(|| StoreError::impossible("backstops", format!("of the unknown {id}")))
}

/// The last deadline of those who hold the assignment, or wish to.
async fn needed(connection: &mut PgConnection, assignment: AssignmentId) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<jiff_sqlx::Timestamp> = sqlx::query_scalar(
        "SELECT max(GREATEST(g.deadline_at, w.deadline_at)) FROM grants g LEFT JOIN wanted_deadlines w ON w.grant_id = g.id \
         WHERE g.assignment_id = $1 AND g.state IN ('granting', 'active')",
    )
    .bind(assignment.uuid())
    .fetch_one(connection)
    .await?;
    Ok(at.map(jiff_sqlx::Timestamp::to_jiff))
}

/// When the next schedule is due, a lease that must run out first included.
///
/// # Errors
/// When Postgres is away.
pub async fn next_due(connection: &mut PgConnection) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<jiff_sqlx::Timestamp> = sqlx::query_scalar(
        "SELECT min(GREATEST(due_at, COALESCE(leased_until, due_at))) FROM backstops WHERE due_at IS NOT NULL",
    )
    .fetch_one(connection)
    .await?;
    Ok(next.map(jiff_sqlx::Timestamp::to_jiff))
}

/// AWS holds the schedule as ordered: extensions that waited for it count from here on.
///
/// # Errors
/// [`StoreError::Raced`] when the lease is lost.
pub async fn confirm(tx: &mut Tx, order: &Order) -> Result<(), StoreError> {
    let living = grants::lock_living(tx, order.backstop.assignment).await?;
    let covers = settle(tx, order).await?;
    match covers {
        Some(covers) => extensions::settle(tx, living, Some(covers)).await,
        None => Ok(()),
    }
}

/// Writes down that AWS holds the schedule as ordered. `None` where it shall go by now.
pub(super) async fn settle(tx: &mut Tx, order: &Order) -> Result<Option<Timestamp>, StoreError> {
    let mut b = lock_leased(tx, &order.backstop).await?;
    let was = b.state;
    b.release();
    b.tries = 0;
    b.last_error = None;
    b.fires = Some(order.fires);
    b.covers_until = Some(order.covers_until);
    if b.state == State::Removing {
        write(tx, &b, Some(was)).await?;
        return Ok(None);
    }
    b.state = State::Placed;
    // What was wished for meanwhile is looked at once more.
    b.due_at = b.due_at.map(|_| tx.now());
    write(tx, &b, Some(was)).await?;
    Ok(Some(order.covers_until))
}

/// AWS holds it no more. It is gone, or where it may have fired just now, it is once that is over.
///
/// # Errors
/// [`StoreError::Raced`] when the lease is lost.
pub async fn removed(tx: &mut Tx, backstop: &Backstop, timing: &Timing) -> Result<(), StoreError> {
    let now = tx.now();
    let mut b = lock_leased(tx, backstop).await?;
    let was = b.state;
    b.release();
    b.tries = 0;
    b.last_error = None;
    // A firing may be under way still: what comes after must not meet it. From now on there is none.
    b.fires = b.fires.map(|fires| Fires { last_at: fires.last_at.min(now.max(fires.first_at)), ..fires });
    let free = b.fires.filter(|fires| fires.first_at <= now).map_or(now, |fires| timing.free_from(fires, now));
    if free > now {
        b.due_at = Some(free);
    } else {
        b.state = State::Gone;
        b.gone_at = Some(now);
        b.due_at = None;
    }
    write(tx, &b, Some(was)).await
}

/// It did not go well: again at `again_at`. Where nobody knows whether AWS did it, nobody calls before the call is over.
///
/// # Errors
/// [`StoreError::Raced`] when the lease is lost.
pub async fn put_off(
    tx: &mut Tx,
    backstop: &Backstop,
    error: &str,
    unknown: bool,
    again_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let mut b = lock_leased(tx, backstop).await?;
    let was = b.state;
    b.release();
    b.tries += 1;
    b.last_error = Some(error.to_owned());
    if unknown {
        b.leased_until = Some(tx.now() + tuple::CALL_BOUND);
    }
    b.due_at = if b.state == State::Removing { Some(again_at.unwrap_or_else(|| tx.now())) } else { again_at };
    write(tx, &b, Some(was)).await
}

/// It must be left alone until `again_at`: nothing was called.
///
/// # Errors
/// [`StoreError::Raced`] when the lease is lost.
pub async fn not_yet(tx: &mut Tx, backstop: &Backstop, again_at: Timestamp) -> Result<(), StoreError> {
    let mut b = lock_leased(tx, backstop).await?;
    let was = b.state;
    b.release();
    b.due_at = Some(again_at);
    write(tx, &b, Some(was)).await
}

/// The schedule will not move: the extensions that wait for it fail, each in these words.
///
/// # Errors
/// When Postgres is away.
pub async fn refuse_extensions(tx: &mut Tx, assignment: AssignmentId, why: &str) -> Result<(), StoreError> {
    let living = grants::lock_living(tx, assignment).await?;
    extensions::fail_all(tx, &living, why).await
}
