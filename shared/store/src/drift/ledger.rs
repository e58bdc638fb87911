//! What the ledger knows of the tuples that a comparison looks at.

use domain::assignment::{AssignmentState, Origin};
use domain::drift::Known;
use domain::{AccountId, AssignmentId, Pair, PermissionSetArn, Tuple, UserId};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::StoreError;
use crate::grants::tuple_of;

/// How long after its time a removal may take before it counts as late.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// A tuple of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its assignment.
    pub assignment: AssignmentId,
    /// Who, where, what.
    pub tuple: Tuple,
    /// Counts the times that Curfew took the tuple up.
    pub generation: i32,
    /// What is known.
    pub known: Known,
}

#[derive(sqlx::FromRow)]
struct Read {
    id: Uuid,
    principal_id: String,
    account_id: String,
    permission_set_arn: String,
    state: String,
    origin: Option<String>,
    generation: i32,
    in_hand: bool,
    watched: bool,
    late: bool,
}

impl Read {
    fn into_row(self) -> Result<Row, StoreError> {
        let bad = |what: &str| StoreError::impossible("assignments", what);
        let origin = match &self.origin {
            Some(name) => Some(Origin::from_name(name).ok_or_else(|| bad(name))?),
            None => None,
        };
        let known = Known {
            state: AssignmentState::from_name(&self.state).ok_or_else(|| bad(&self.state))?,
            origin,
            in_hand: self.in_hand,
            watched: self.watched,
            late: self.late,
        };
        Ok(Row {
            assignment: AssignmentId(self.id),
            tuple: tuple_of(self.principal_id, self.account_id, self.permission_set_arn)?,
            generation: self.generation,
            known,
        })
    }
}

/// Late is what nobody holds any more and should have been removed, or is held by those alone whose time is over.
const SELECT: &str = "SELECT a.id, a.principal_id, a.account_id, a.permission_set_arn, a.state, a.origin, a.generation, \
        (a.leased_until IS NOT NULL AND a.leased_until > $1) OR a.attempt IS NOT NULL OR a.create_unresolved \
            OR a.work = 'create' AS in_hand, \
        a.watch_until IS NOT NULL AND a.watch_until > $1 AS watched, \
        a.state <> 'absent' AND COALESCE(h.until, LEAST(l.since, a.due_at)) < $2 AS late \
    FROM assignments a \
    LEFT JOIN LATERAL (SELECT max(deadline_at) AS until FROM grants g \
        WHERE g.assignment_id = a.id AND g.state IN ('granting', 'active')) h ON true \
    LEFT JOIN LATERAL (SELECT min(COALESCE(revoking_at, deadline_at)) AS since FROM grants g \
        WHERE g.assignment_id = a.id AND g.state = 'revoking') l ON true";

/// The tuples of one person.
///
/// # Errors
/// When Postgres is away.
pub async fn of_person(connection: &mut PgConnection, now: Timestamp, person: &UserId) -> Result<Vec<Row>, StoreError> {
    let rows: Vec<Read> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE a.principal_id = $3")))
        .bind(now.to_sqlx())
        .bind((now - MARGIN).to_sqlx())
        .bind(person.as_str())
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Read::into_row).collect()
}

/// The tuples of one permission set in one account.
///
/// # Errors
/// When Postgres is away.
pub async fn of_pair(connection: &mut PgConnection, now: Timestamp, pair: &Pair) -> Result<Vec<Row>, StoreError> {
    let rows: Vec<Read> =
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE a.account_id = $3 AND a.permission_set_arn = $4")))
            .bind(now.to_sqlx())
            .bind((now - MARGIN).to_sqlx())
            .bind(pair.account.as_str())
            .bind(pair.permission_set.as_str())
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(Read::into_row).collect()
}

/// People after this one: those of the directory and those of the ledger.
///
/// # Errors
/// When Postgres is away.
pub async fn next_people(connection: &mut PgConnection, after: &str, most: i64) -> Result<Vec<UserId>, StoreError> {
    let ids: Vec<String> = sqlx::query_scalar(
        "(SELECT id COLLATE \"C\" AS id FROM directory_users WHERE id COLLATE \"C\" > $1 ORDER BY 1 LIMIT $2) \
         UNION (SELECT DISTINCT principal_id COLLATE \"C\" FROM assignments WHERE principal_id COLLATE \"C\" > $1 \
             ORDER BY 1 LIMIT $2) ORDER BY 1 LIMIT $2",
    )
    .bind(after)
    .bind(most)
    .fetch_all(connection)
    .await?;
    ids.into_iter().map(|id| UserId::parse(id).map_err(|e| StoreError::impossible("directory_users", e))).collect()
}

/// Pairs after this one: those of the ledger, and those that rules reach.
///
/// # Errors
/// When Postgres is away.
pub async fn next_pairs(
    connection: &mut PgConnection,
    after: Option<&Pair>,
    most: i64,
) -> Result<Vec<Pair>, StoreError> {
    let pairs: Vec<(String, String)> = sqlx::query_as(
        "SELECT a COLLATE \"C\", p COLLATE \"C\" FROM ( \
             SELECT account_id AS a, permission_set_arn AS p FROM assignments \
             UNION SELECT account, held FROM reaches r JOIN documents d ON d.id = r.document_id AND d.kind = 'rule' \
                 AND d.deleted_at IS NULL, unnest(r.accounts) account, unnest(r.permission_sets) held) pairs \
         WHERE (a COLLATE \"C\", p COLLATE \"C\") > ($1, $2) ORDER BY 1, 2 LIMIT $3",
    )
    .bind(after.map_or("", |pair| pair.account.as_str()))
    .bind(after.map_or("", |pair| pair.permission_set.as_str()))
    .bind(most)
    .fetch_all(connection)
    .await?;
    let bad = |e: domain::InvalidId| StoreError::impossible("assignments", e);
    pairs
        .into_iter()
        .map(|(account, set)| {
            Ok(Pair {
                account: AccountId::parse(account).map_err(bad)?,
                permission_set: PermissionSetArn::parse(set).map_err(bad)?,
            })
        })
        .collect()
}

/// How many assignments are known to be ours and there.
///
/// # Errors
/// When Postgres is away.
pub async fn ours(connection: &mut PgConnection) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM assignments WHERE origin = 'ours' AND state <> 'absent'")
        .fetch_one(connection)
        .await?;
    Ok(u64::try_from(count).unwrap_or_default())
}
