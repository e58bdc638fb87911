//! Backstops: what is known of the schedules inside AWS that remove assignments when all of us are gone. Whoever holds a
//! row's lease is the only one that may call Scheduler about it; what stands here is never later than what AWS holds.

mod cover;
mod extensions;
mod keep;

use domain::backstop::{BackstopState as State, Fires, Timing};
use domain::{AssignmentId, Fact, Tuple};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{StoreError, Tx};

pub use cover::{Cover, Gate, cover};
pub(crate) use cover::{covered, gate_open};
pub(crate) use extensions::want;
pub use extensions::{settle_extensions, wanted};
pub use keep::{Keep, claim, confirm, next_due, not_yet, put_off, refuse_extensions, removed, sweep};

/// Longer than a call's time to leave and to answer: another's call is over before a row is taken over.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// A schedule as it stands.
#[derive(Debug, Clone)]
pub struct Backstop {
    /// Whose.
    pub assignment: AssignmentId,
    /// Which time that Curfew took the tuple up.
    pub generation: i32,
    /// What it is called in AWS.
    pub name: String,
    /// What is known.
    pub state: State,
    /// Deadlines up to this are waited for.
    pub covers_until: Option<Timestamp>,
    /// When it fires.
    pub fires: Option<Fires>,
    /// When something is to be done about it.
    pub due_at: Option<Timestamp>,
    /// The token of the worker that has it now.
    pub lease: Option<Uuid>,
    /// Until when nobody else may call about it.
    pub leased_until: Option<Timestamp>,
    /// Tries in a row without success.
    pub tries: i32,
    /// What AWS said last.
    pub last_error: Option<String>,
    /// When it was first wanted.
    pub made_at: Timestamp,
    /// When it was gone.
    pub gone_at: Option<Timestamp>,
}

/// A call to make, committed before it is made.
#[derive(Debug, Clone)]
pub struct Order {
    /// The schedule, leased.
    pub backstop: Backstop,
    /// What it removes.
    pub tuple: Tuple,
    /// When it shall fire.
    pub fires: Fires,
    /// The last deadline that it then waits for.
    pub covers_until: Timestamp,
}

/// How the schedules stand, for those who operate Curfew.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Not yet known to be there.
    pub placing: i64,
    /// There.
    pub placed: i64,
    /// To be removed.
    pub removing: i64,
    /// Of all these, those with which something has gone wrong at least once since it last went well.
    pub failing: i64,
    /// Active access of ours without a schedule.
    pub without: i64,
    /// Extensions that wait for their schedule.
    pub extensions: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    assignment_id: Uuid,
    generation: i32,
    name: String,
    state: String,
    covers_until: Option<jiff_sqlx::Timestamp>,
    fires_at: Option<jiff_sqlx::Timestamp>,
    fires_last_at: Option<jiff_sqlx::Timestamp>,
    due_at: Option<jiff_sqlx::Timestamp>,
    lease_token: Option<Uuid>,
    leased_until: Option<jiff_sqlx::Timestamp>,
    tries: i32,
    last_error: Option<String>,
    made_at: jiff_sqlx::Timestamp,
    gone_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn into_backstop(self) -> Result<Backstop, StoreError> {
        let time = |t: Option<jiff_sqlx::Timestamp>| t.map(jiff_sqlx::Timestamp::to_jiff);
        let state = State::from_name(&self.state);
        Ok(Backstop {
            assignment: AssignmentId(self.assignment_id),
            generation: self.generation,
            name: self.name,
            state: state.ok_or_else(|| StoreError::impossible("backstops", &self.state))?,
            covers_until: time(self.covers_until),
            fires: time(self.fires_at)
                .zip(time(self.fires_last_at))
                .map(|(first_at, last_at)| Fires { first_at, last_at }),
            due_at: time(self.due_at),
            lease: self.lease_token,
            leased_until: time(self.leased_until),
            tries: self.tries,
            last_error: self.last_error,
            made_at: self.made_at.to_jiff(),
            gone_at: time(self.gone_at),
        })
    }
}

impl Backstop {
    /// Whether somebody's call about it may be under way.
    #[must_use]
    pub fn is_leased(&self, now: Timestamp) -> bool {
        self.leased_until.is_some_and(|until| until > now)
    }

    fn release(&mut self) {
        self.lease = None;
        self.leased_until = None;
    }

    fn lease(&mut self, now: Timestamp) {
        self.lease = Some(crate::new_id());
        self.leased_until = Some(now + LEASE);
    }
}

/// The schedule that an assignment has now, whatever is known of it.
///
/// # Errors
/// When Postgres is away.
pub async fn living(connection: &mut PgConnection, assignment: AssignmentId) -> Result<Option<Backstop>, StoreError> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM backstops WHERE assignment_id = $1 AND state <> 'gone'")
        .bind(assignment.uuid())
        .fetch_optional(connection)
        .await?;
    row.map(Row::into_backstop).transpose()
}

/// All schedules that an assignment ever had, the first one first.
///
/// # Errors
/// When Postgres is away.
pub async fn all_of(connection: &mut PgConnection, assignment: AssignmentId) -> Result<Vec<Backstop>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM backstops WHERE assignment_id = $1 ORDER BY generation")
        .bind(assignment.uuid())
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::into_backstop).collect()
}

/// The living one, locked: last in the lock order, after grants and their assignment.
async fn lock(tx: &mut Tx, assignment: AssignmentId) -> Result<Option<Backstop>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM backstops WHERE assignment_id = $1 AND state <> 'gone' FOR UPDATE")
            .bind(assignment.uuid())
            .fetch_optional(tx.connection())
            .await?;
    row.map(Row::into_backstop).transpose()
}

/// The living one, locked, if the lease is still ours.
async fn lock_leased(tx: &mut Tx, backstop: &Backstop) -> Result<Backstop, StoreError> {
    match lock(tx, backstop.assignment).await? {
        Some(now) if now.lease.is_some() && now.lease == backstop.lease => Ok(now),
        _ => Err(StoreError::Raced { what: "the lease of the backstop" }),
    }
}

/// Writes a locked row, and its trail entry where the state changed from `was`.
async fn write(tx: &mut Tx, b: &Backstop, was: Option<State>) -> Result<(), StoreError> {
    let time = |t: Option<Timestamp>| t.map(|t| t.to_sqlx());
    sqlx::query(
        "INSERT INTO backstops (assignment_id, generation, name, state, covers_until, fires_at, fires_last_at, due_at, \
             lease_token, leased_until, tries, last_error, made_at, gone_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
         ON CONFLICT (assignment_id, generation) DO UPDATE SET name = $3, state = $4, covers_until = $5, fires_at = $6, \
             fires_last_at = $7, due_at = $8, lease_token = $9, leased_until = $10, tries = $11, last_error = $12, \
             made_at = $13, gone_at = $14",
    )
    .bind(b.assignment.uuid())
    .bind(b.generation)
    .bind(&b.name)
    .bind(b.state.as_str())
    .bind(time(b.covers_until))
    .bind(time(b.fires.map(|fires| fires.first_at)))
    .bind(time(b.fires.map(|fires| fires.last_at)))
    .bind(time(b.due_at))
    .bind(b.lease)
    .bind(time(b.leased_until))
    .bind(b.tries)
    .bind(&b.last_error)
    .bind(b.made_at.to_sqlx())
    .bind(time(b.gone_at))
    .execute(tx.connection())
    .await?;
    if was != Some(b.state) {
        tx.record(Fact::BackstopChanged {
            assignment: b.assignment,
            generation: b.generation,
            name: b.name.clone(),
            state: b.state,
            covers_until: b.covers_until,
            fires_at: b.fires.map(|fires| fires.first_at),
        });
    }
    Ok(())
}

/// The assignments are gone, or never were: their schedules shall go as well.
///
/// # Errors
/// When Postgres is away.
pub(crate) async fn discard(tx: &mut Tx, assignments: &[Uuid]) -> Result<(), StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM backstops WHERE assignment_id = ANY($1) AND state NOT IN ('gone', 'removing') \
         ORDER BY assignment_id FOR UPDATE",
    )
    .bind(assignments)
    .fetch_all(tx.connection())
    .await?;
    for row in rows {
        let mut b = row.into_backstop()?;
        let was = b.state;
        b.state = State::Removing;
        // Nobody takes it up before a call that is under way is over.
        b.due_at = Some(tx.now());
        b.tries = 0;
        write(tx, &b, Some(was)).await?;
    }
    Ok(())
}

/// When a schedule fires that waits for this deadline, in view of the removals that are due about then.
async fn fires(
    connection: &mut PgConnection,
    timing: &Timing,
    assignment: AssignmentId,
    covers: Timestamp,
    now: Timestamp,
) -> Result<Fires, StoreError> {
    let around = SignedDuration::from_mins(10);
    let ahead: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM grants WHERE state IN ('granting', 'active') AND deadline_at > $1 AND deadline_at <= $2",
    )
    .bind((covers - around).to_sqlx())
    .bind((covers + SignedDuration::from_mins(1)).to_sqlx())
    .fetch_one(connection)
    .await?;
    Ok(timing.fires(assignment, covers, ahead, now))
}

/// How the schedules stand.
///
/// # Errors
/// When Postgres is away.
pub async fn counts(connection: &mut PgConnection) -> Result<Counts, StoreError> {
    let (placing, placed, removing, failing, without, extensions): (i64, i64, i64, i64, i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE state = 'placing'), count(*) FILTER (WHERE state = 'placed'), \
             count(*) FILTER (WHERE state = 'removing'), count(*) FILTER (WHERE tries > 0), \
             (SELECT count(*) FROM assignments a WHERE a.state = 'present' AND a.origin = 'ours' \
                  AND EXISTS (SELECT 1 FROM grants g WHERE g.assignment_id = a.id AND g.state = 'active') \
                  AND NOT EXISTS (SELECT 1 FROM backstops p WHERE p.assignment_id = a.id AND p.state = 'placed')), \
             (SELECT count(*) FROM wanted_deadlines) \
         FROM backstops WHERE state <> 'gone'",
    )
    .fetch_one(connection)
    .await?;
    Ok(Counts { placing, placed, removing, failing, without, extensions })
}
