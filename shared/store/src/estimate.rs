//! When grants that wait can expect to be served, from their place in the line and what was learned of AWS's pace.

use std::collections::HashMap;

use domain::assignment::Work;
use domain::governor::{Speed, Turn};
use domain::grant::GrantState;
use domain::{AssignmentId, GrantId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::grants::Grant;
use crate::slots::Slots;
use crate::{StoreError, assignments};

/// Where an assignment stands.
type Line = (Uuid, String, bool, jiff_sqlx::Timestamp, Option<i64>);

/// When those of the grants that are scheduled, being given or being removed can expect to be where they are going;
/// nothing of the others.
///
/// # Errors
/// When Postgres is away.
pub async fn expected(
    connection: &mut PgConnection,
    grants: &[Grant],
    now: Timestamp,
    slots: Slots,
    calls_per_second: u32,
) -> Result<HashMap<GrantId, Timestamp>, StoreError> {
    let moving =
        |grant: &&Grant| matches!(grant.state, GrantState::Scheduled | GrantState::Granting | GrantState::Revoking);
    let moving: Vec<&Grant> = grants.iter().filter(moving).collect();
    if moving.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = moving.iter().filter_map(|grant| grant.assignment).map(AssignmentId::uuid).collect();
    let lines: Vec<Line> = sqlx::query_as(
        "WITH line AS (SELECT id, row_number() OVER (PARTITION BY work ORDER BY due_at, id) - 1 AS ahead FROM assignments \
             WHERE work IN ('create', 'delete') AND due_at <= $2 AND (leased_until IS NULL OR leased_until <= $2)) \
         SELECT a.id, a.work, a.leased_until IS NOT NULL AND a.leased_until > $2, a.due_at, line.ahead \
         FROM assignments a LEFT JOIN line ON line.id = a.id WHERE a.id = ANY($1)",
    )
    .bind(&ids)
    .bind(now.to_sqlx())
    .fetch_all(&mut *connection)
    .await?;
    let lines: HashMap<Uuid, Line> = lines.into_iter().map(|line| (line.0, line)).collect();
    let speed = speed(connection, now, slots, calls_per_second).await?;
    let told = moving.iter().map(|grant| {
        let line = grant.assignment.and_then(|assignment| lines.get(&assignment.uuid()));
        (grant.id, speed.expected(now, work_of(grant), turn_of(grant, line, &speed, now)))
    });
    Ok(told.collect())
}

const fn work_of(grant: &Grant) -> Work {
    match grant.state {
        GrantState::Scheduled | GrantState::Granting | GrantState::Active => Work::Create,
        GrantState::Revoking | GrantState::Ended => Work::Delete,
    }
}

fn turn_of(grant: &Grant, line: Option<&Line>, speed: &Speed, now: Timestamp) -> Turn {
    match line {
        Some((_, _, true, ..)) => Turn::InHand,
        // What is to be done first is something else, such as a deletion before a new creation.
        Some((_, work, _, due_at, _)) if work != work_of(grant).as_str() => Turn::NotBefore(due_at.to_jiff()),
        Some((.., Some(ahead))) => Turn::Behind(*ahead),
        Some((.., due_at, None)) => Turn::NotBefore(due_at.to_jiff()),
        None if grant.start_at > now => Turn::NotBefore(grant.start_at),
        None => Turn::Behind(speed.creations),
    }
}

async fn speed(
    connection: &mut PgConnection,
    now: Timestamp,
    slots: Slots,
    calls_per_second: u32,
) -> Result<Speed, StoreError> {
    let (factor, creation_s, deletion_s): (f64, Option<f64>, Option<f64>) =
        sqlx::query_as("SELECT rate_factor, creation_s, deletion_s FROM governor").fetch_one(&mut *connection).await?;
    let waiting = assignments::waiting(connection, now).await?;
    let count = |work| waiting.iter().find(|class| class.work == work).map_or(0, |class| class.count);
    Ok(Speed {
        slots,
        calls_per_second: f64::from(calls_per_second) * factor,
        creation_s,
        deletion_s,
        creations: count(Work::Create),
        deletions: count(Work::Delete),
    })
}
