//! Extensions that wait for their schedule: they count once it has moved, and fail where the deadline comes first.

use domain::backstop::BackstopState as State;
use domain::grant::{EXTENSION_CLOSES, GrantState};
use domain::{Fact, GrantId, RequestId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{lock, write};
use crate::grants::{self, Grant};
use crate::{StoreError, Tx};

/// The deadline that an approved extension would give a grant.
///
/// # Errors
/// When Postgres is away.
pub async fn wanted(connection: &mut PgConnection, grant: GrantId) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<jiff_sqlx::Timestamp> =
        sqlx::query_scalar("SELECT deadline_at FROM wanted_deadlines WHERE grant_id = $1")
            .bind(grant.uuid())
            .fetch_optional(connection)
            .await?;
    Ok(at.map(jiff_sqlx::Timestamp::to_jiff))
}

/// Gives a locked active grant this later deadline: at once where its schedule waits long enough or there is none, else
/// as soon as the schedule has moved.
pub(crate) async fn want(
    tx: &mut Tx,
    grant: &mut Grant,
    request: RequestId,
    deadline: Timestamp,
) -> Result<(), StoreError> {
    let there = match grant.assignment {
        Some(assignment) => lock(tx, assignment).await?,
        None => None,
    };
    let Some(mut b) = there.filter(|b| b.state != State::Placed || b.covers_until < Some(deadline)) else {
        return grants::extend(tx, grant, deadline).await;
    };
    sqlx::query(
        "INSERT INTO wanted_deadlines (grant_id, request_id, deadline_at, wanted_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (grant_id) DO UPDATE SET request_id = $2, deadline_at = GREATEST(wanted_deadlines.deadline_at, $3)",
    )
    .bind(grant.id.uuid())
    .bind(request.uuid())
    .bind(deadline.to_sqlx())
    .bind(tx.now().to_sqlx())
    .execute(tx.connection())
    .await?;
    if b.state != State::Removing {
        b.due_at = Some(tx.now());
        let was = b.state;
        write(tx, &b, Some(was)).await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Wanted {
    grant_id: Uuid,
    request_id: Uuid,
    deadline_at: jiff_sqlx::Timestamp,
}

/// Gives those of these grants, all locked, their later deadline whose schedule waits for it now; fails those that end
/// or have ended.
pub(super) async fn settle(tx: &mut Tx, living: Vec<Grant>, covers: Option<Timestamp>) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = living.iter().map(|g| g.id.uuid()).collect();
    let wanted: Vec<Wanted> =
        sqlx::query_as("SELECT grant_id, request_id, deadline_at FROM wanted_deadlines WHERE grant_id = ANY($1)")
            .bind(ids)
            .fetch_all(tx.connection())
            .await?;
    for mut grant in living {
        let Some(wanted) = wanted.iter().find(|w| w.grant_id == grant.id.uuid()) else { continue };
        let later = wanted.deadline_at.to_jiff();
        let in_time =
            grant.state == GrantState::Active && grant.deadline_at.is_some_and(|at| at - EXTENSION_CLOSES > tx.now());
        if !in_time {
            fail(tx, &grant, RequestId(wanted.request_id), "the deadline came before its backstop in AWS had moved")
                .await?;
        } else if covers.is_none_or(|covers| covers >= later) {
            forget(tx, grant.id).await?;
            if grant.deadline_at.is_some_and(|at| at < later) {
                grants::extend(tx, &mut grant, later).await?;
            }
        }
    }
    Ok(())
}

/// Says that an extension did not take, and why.
pub(super) async fn fail(tx: &mut Tx, grant: &Grant, request: RequestId, why: &str) -> Result<(), StoreError> {
    forget(tx, grant.id).await?;
    let deadline_at = grant.deadline_at.unwrap_or_else(|| tx.now());
    tx.record(Fact::GrantExtensionFailed { grant: grant.id, request, deadline_at, why: why.to_owned() });
    Ok(())
}

/// Fails every extension of these grants, all locked.
pub(super) async fn fail_all(tx: &mut Tx, living: &[Grant], why: &str) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = living.iter().map(|g| g.id.uuid()).collect();
    let wanted: Vec<Wanted> =
        sqlx::query_as("SELECT grant_id, request_id, deadline_at FROM wanted_deadlines WHERE grant_id = ANY($1)")
            .bind(ids)
            .fetch_all(tx.connection())
            .await?;
    for wanted in wanted {
        if let Some(grant) = living.iter().find(|g| g.id.uuid() == wanted.grant_id) {
            fail(tx, grant, RequestId(wanted.request_id), why).await?;
        }
    }
    Ok(())
}

async fn forget(tx: &mut Tx, grant: GrantId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM wanted_deadlines WHERE grant_id = $1").bind(grant.uuid()).execute(tx.connection()).await?;
    Ok(())
}

/// The scan behind it: extensions whose grant ended meanwhile, or whose schedule waits long enough or is gone.
///
/// # Errors
/// When Postgres is away.
pub async fn settle_extensions(tx: &mut Tx, limit: i64) -> Result<usize, StoreError> {
    let closes = (tx.now() + EXTENSION_CLOSES).to_sqlx();
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT w.grant_id FROM wanted_deadlines w JOIN grants g ON g.id = w.grant_id \
         WHERE g.state <> 'active' OR g.deadline_at <= $1 OR NOT EXISTS ( \
             SELECT 1 FROM backstops b WHERE b.assignment_id = g.assignment_id AND b.state <> 'gone' \
               AND (b.state <> 'placed' OR b.covers_until < w.deadline_at)) ORDER BY w.grant_id LIMIT $2",
    )
    .bind(closes)
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    let locked = grants::lock_free(tx, &ids).await?;
    let count = locked.len();
    for grant in locked {
        let covers = match grant.assignment {
            Some(assignment) => lock(tx, assignment)
                .await?
                .map(|b| b.covers_until.filter(|_| b.state == State::Placed).unwrap_or(Timestamp::UNIX_EPOCH)),
            None => None,
        };
        settle(tx, vec![grant], covers).await?;
    }
    Ok(count)
}
