//! Drift: what was found to differ between AWS and the ledger, and how far the comparison is.

mod ledger;
mod run;

use domain::drift::DriftKind;
use domain::{AssignmentId, DriftId, Fact, Tuple};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::assignments;
use crate::grants::tuple_of;
use crate::{StoreError, Tx, new_id};

pub use ledger::{Row as Ledger, next_pairs, next_people, of_pair, of_person, ours};
pub use run::{Brake, Piece, Run, claim, finish, give_back, release, set_brake, status};

/// A difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Which.
    pub id: DriftId,
    /// How they differ.
    pub kind: DriftKind,
    /// About what.
    pub tuple: Tuple,
    /// What the ledger has of it.
    pub assignment: Option<AssignmentId>,
    /// When it was first seen.
    pub found_at: Timestamp,
    /// Who did it, as CloudTrail tells.
    pub done_by: Option<String>,
    /// When they did.
    pub done_at: Option<Timestamp>,
    /// When an orphan was taken into the ledger, to be removed.
    pub repaired_at: Option<Timestamp>,
    /// When it was gone.
    pub resolved_at: Option<Timestamp>,
    /// Who leaves it as it is.
    pub acknowledged_by: Option<String>,
    /// Since when.
    pub acknowledged_at: Option<Timestamp>,
    /// What they said.
    pub comment: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    principal_id: String,
    account_id: String,
    permission_set_arn: String,
    assignment_id: Option<Uuid>,
    found_at: jiff_sqlx::Timestamp,
    done_by: Option<String>,
    done_at: Option<jiff_sqlx::Timestamp>,
    repaired_at: Option<jiff_sqlx::Timestamp>,
    resolved_at: Option<jiff_sqlx::Timestamp>,
    acknowledged_by: Option<String>,
    acknowledged_at: Option<jiff_sqlx::Timestamp>,
    comment: Option<String>,
}

impl Row {
    fn into_drift(self) -> Result<Drift, StoreError> {
        let time = |t: Option<jiff_sqlx::Timestamp>| t.map(jiff_sqlx::Timestamp::to_jiff);
        let kind = DriftKind::from_name(&self.kind).ok_or_else(|| StoreError::impossible("drift", &self.kind))?;
        Ok(Drift {
            id: DriftId(self.id),
            kind,
            tuple: tuple_of(self.principal_id, self.account_id, self.permission_set_arn)?,
            assignment: self.assignment_id.map(AssignmentId),
            found_at: self.found_at.to_jiff(),
            done_by: self.done_by,
            done_at: time(self.done_at),
            repaired_at: time(self.repaired_at),
            resolved_at: time(self.resolved_at),
            acknowledged_by: self.acknowledged_by,
            acknowledged_at: time(self.acknowledged_at),
            comment: self.comment,
        })
    }
}

fn all(rows: Vec<Row>) -> Result<Vec<Drift>, StoreError> {
    rows.into_iter().map(Row::into_drift).collect()
}

/// Something that a comparison saw.
#[derive(Debug, Clone)]
pub struct Found {
    /// How they differ.
    pub kind: DriftKind,
    /// About what.
    pub tuple: Tuple,
    /// What the ledger has of it.
    pub assignment: Option<AssignmentId>,
    /// Who did it, as CloudTrail tells.
    pub done_by: Option<String>,
    /// When they did.
    pub done_at: Option<Timestamp>,
}

/// Notes what the run saw of a tuple, and tells it once. What stood there when everything was compared for the first
/// time, and is not ours, is acknowledged with that: it is how things were. Says whether it is new.
///
/// # Errors
/// When Postgres is away.
pub async fn found(tx: &mut Tx, run: i64, found: &Found) -> Result<bool, StoreError> {
    let open = lock_open(tx, &found.tuple).await?;
    if let Some(open) = open.filter(|open| open.kind != found.kind) {
        resolve(tx, &open).await?;
    } else if seen_again(tx, run, found).await? {
        return Ok(false);
    }
    let now = tx.now();
    let as_it_was = run <= 1 && found.kind == DriftKind::Foreign;
    let id = DriftId(new_id());
    sqlx::query(
        "INSERT INTO drift (id, kind, principal_id, account_id, permission_set_arn, assignment_id, found_at, run, \
             done_by, done_at, acknowledged_by, acknowledged_at, comment) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(id.uuid())
    .bind(found.kind.as_str())
    .bind(found.tuple.principal.as_str())
    .bind(found.tuple.account.as_str())
    .bind(found.tuple.permission_set.as_str())
    .bind(found.assignment.map(AssignmentId::uuid))
    .bind(now.to_sqlx())
    .bind(run)
    .bind(&found.done_by)
    .bind(found.done_at.map(ToSqlx::to_sqlx))
    .bind(as_it_was.then_some("curfew"))
    .bind(as_it_was.then(|| now.to_sqlx()))
    .bind(as_it_was.then_some("It was there when everything was compared for the first time."))
    .execute(tx.connection())
    .await?;
    if !as_it_was {
        tx.record(Fact::DriftFound {
            drift: id,
            kind: found.kind,
            tuple: found.tuple.clone(),
            assignment: found.assignment,
            by: found.done_by.clone(),
            done_at: found.done_at,
        });
    }
    Ok(true)
}

/// An open one of the same kind: seen by this run, too. False where there is none.
async fn seen_again(tx: &mut Tx, run: i64, found: &Found) -> Result<bool, StoreError> {
    let seen = sqlx::query(
        "UPDATE drift SET run = $1, done_by = COALESCE(done_by, $2), done_at = COALESCE(done_at, $3), \
             assignment_id = COALESCE(assignment_id, $4) \
         WHERE principal_id = $5 AND account_id = $6 AND permission_set_arn = $7 AND kind = $8 AND resolved_at IS NULL",
    )
    .bind(run)
    .bind(&found.done_by)
    .bind(found.done_at.map(ToSqlx::to_sqlx))
    .bind(found.assignment.map(AssignmentId::uuid))
    .bind(found.tuple.principal.as_str())
    .bind(found.tuple.account.as_str())
    .bind(found.tuple.permission_set.as_str())
    .bind(found.kind.as_str())
    .execute(tx.connection())
    .await?;
    Ok(seen.rows_affected() > 0)
}

async fn lock_open(tx: &mut Tx, tuple: &Tuple) -> Result<Option<Drift>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT * FROM drift WHERE principal_id = $1 AND account_id = $2 AND permission_set_arn = $3 \
             AND resolved_at IS NULL FOR UPDATE",
    )
    .bind(tuple.principal.as_str())
    .bind(tuple.account.as_str())
    .bind(tuple.permission_set.as_str())
    .fetch_optional(tx.connection())
    .await?;
    row.map(Row::into_drift).transpose()
}

async fn resolve(tx: &mut Tx, drift: &Drift) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query("UPDATE drift SET resolved_at = $2 WHERE id = $1 AND resolved_at IS NULL")
        .bind(drift.id.uuid())
        .bind(now)
        .execute(tx.connection())
        .await?;
    tx.record(Fact::DriftResolved { drift: drift.id, kind: drift.kind, tuple: drift.tuple.clone() });
    Ok(())
}

/// Resolves what a whole run did not see any more. Returns how many.
///
/// # Errors
/// When Postgres is away.
pub async fn resolve_unseen(tx: &mut Tx, run: i64) -> Result<usize, StoreError> {
    let unseen =
        all(sqlx::query_as("SELECT * FROM drift WHERE resolved_at IS NULL AND run < $1 ORDER BY id FOR UPDATE")
            .bind(run)
            .fetch_all(tx.connection())
            .await?)?;
    for drift in &unseen {
        resolve(tx, drift).await?;
    }
    Ok(unseen.len())
}

/// Orphans that nobody has taken in yet, the oldest first.
///
/// # Errors
/// When Postgres is away.
pub async fn orphans(connection: &mut PgConnection) -> Result<Vec<Drift>, StoreError> {
    all(sqlx::query_as(
        "SELECT * FROM drift WHERE kind = 'orphaned' AND resolved_at IS NULL AND repaired_at IS NULL \
             AND acknowledged_at IS NULL ORDER BY id",
    )
    .fetch_all(connection)
    .await?)
}

/// Takes an orphan into the ledger as ours, without a grant: the usual removal takes it away.
///
/// # Errors
/// When Postgres is away.
pub async fn take_in(tx: &mut Tx, orphan: &Drift) -> Result<(), StoreError> {
    let assignment = crate::tuple::take_in(tx, &orphan.tuple).await?;
    let now = tx.now().to_sqlx();
    sqlx::query("UPDATE drift SET repaired_at = $2, assignment_id = $3 WHERE id = $1")
        .bind(orphan.id.uuid())
        .bind(now)
        .bind(assignment.uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Lets the removal or look at an assignment that nobody has in hand be due now.
///
/// # Errors
/// When Postgres is away.
pub async fn hurry(tx: &mut Tx, id: AssignmentId) -> Result<(), StoreError> {
    let Some(assignment) = assignments::lock_free(tx, id).await? else { return Ok(()) };
    let now = tx.now();
    if !assignment.is_leased(now) && assignment.due_at > now {
        sqlx::query("UPDATE assignments SET due_at = $2 WHERE id = $1 AND work IN ('delete', 'watch')")
            .bind(id.uuid())
            .bind(now.to_sqlx())
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this kind.
    pub kind: Option<DriftKind>,
    /// Only what is there and acknowledged by nobody, or only the rest.
    pub open: Option<bool>,
    /// Only those before this one.
    pub before: Option<DriftId>,
    /// How many at most.
    pub limit: i64,
}

/// The newest first.
///
/// # Errors
/// When Postgres is away.
pub async fn list(connection: &mut PgConnection, filter: &Filter) -> Result<Vec<Drift>, StoreError> {
    all(sqlx::query_as(
        "SELECT * FROM drift WHERE ($1::text IS NULL OR kind = $1) \
             AND ($2::bool IS NULL OR (resolved_at IS NULL AND acknowledged_at IS NULL) = $2) \
             AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4",
    )
    .bind(filter.kind.map(DriftKind::as_str))
    .bind(filter.open)
    .bind(filter.before.map(DriftId::uuid))
    .bind(filter.limit)
    .fetch_all(connection)
    .await?)
}

/// Somebody leaves it as it is. `None` where there is no such difference; what was acknowledged or is over stays so.
///
/// # Errors
/// When Postgres is away.
pub async fn acknowledge(
    tx: &mut Tx,
    id: DriftId,
    by: &str,
    comment: Option<&str>,
) -> Result<Option<Drift>, StoreError> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM drift WHERE id = $1 FOR UPDATE")
        .bind(id.uuid())
        .fetch_optional(tx.connection())
        .await?;
    let Some(mut drift) = row.map(Row::into_drift).transpose()? else { return Ok(None) };
    if drift.acknowledged_at.is_none() && drift.resolved_at.is_none() {
        let now = tx.now();
        sqlx::query("UPDATE drift SET acknowledged_by = $2, acknowledged_at = $3, comment = $4 WHERE id = $1")
            .bind(id.uuid())
            .bind(by)
            .bind(now.to_sqlx())
            .bind(comment)
            .execute(tx.connection())
            .await?;
        tx.record(Fact::DriftAcknowledged { drift: id });
        drift.acknowledged_by = Some(by.to_owned());
        drift.acknowledged_at = Some(now);
        drift.comment = comment.map(str::to_owned);
    }
    Ok(Some(drift))
}
