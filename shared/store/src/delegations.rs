//! Who stands in for whom, and when. Whether a policy takes a stand-in, and who may be one, is not asked here.

use domain::{DelegationId, Fact, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use crate::unit_of_work::{from_json, json};
use crate::{StoreError, Tx};

/// One person standing in for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Which.
    pub id: DelegationId,
    /// Who is away.
    pub from: UserId,
    /// Who stands in.
    pub to: UserId,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// Why, where somebody said it.
    pub reason: Option<String>,
    /// Who made it: the one who is away, or an admin.
    pub made_by: domain::Actor,
    /// When.
    pub made_at: Timestamp,
    /// When it was ended before its time.
    pub ended_at: Option<Timestamp>,
}

impl Delegation {
    /// When it ends or ended.
    #[must_use]
    pub fn over_at(&self) -> Timestamp {
        self.ended_at.map_or(self.ends_at, |ended| ended.min(self.ends_at))
    }

    /// Whether it counts at a moment.
    #[must_use]
    pub fn counts(&self, at: Timestamp) -> bool {
        self.starts_at <= at && at < self.over_at()
    }

    /// Whether it shares a moment with a time.
    #[must_use]
    pub fn overlaps(&self, from: Timestamp, until: Timestamp) -> bool {
        self.starts_at < until && from < self.over_at()
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    from_id: String,
    to_id: String,
    starts_at: jiff_sqlx::Timestamp,
    ends_at: jiff_sqlx::Timestamp,
    reason: Option<String>,
    made_by: serde_json::Value,
    made_at: jiff_sqlx::Timestamp,
    ended_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn into_delegation(self) -> Result<Delegation, StoreError> {
        let person = |id| UserId::parse(id).map_err(|e| StoreError::impossible("delegations", e));
        Ok(Delegation {
            id: DelegationId(self.id),
            from: person(self.from_id)?,
            to: person(self.to_id)?,
            starts_at: self.starts_at.to_jiff(),
            ends_at: self.ends_at.to_jiff(),
            reason: self.reason,
            made_by: from_json("delegations", self.made_by)?,
            made_at: self.made_at.to_jiff(),
            ended_at: self.ended_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

const COLUMNS: &str =
    "SELECT id, from_id, to_id, starts_at, ends_at, reason, made_by, made_at, ended_at FROM delegations";

/// Holds every other maker of delegations off until the end of the transaction, so that two of them cannot close a
/// circle together.
///
/// # Errors
/// When Postgres is away.
pub async fn lock(tx: &mut Tx) -> Result<(), StoreError> {
    sqlx::query("LOCK TABLE delegations IN SHARE ROW EXCLUSIVE MODE").execute(tx.connection()).await?;
    Ok(())
}

/// Writes a new one, with its fact.
///
/// # Errors
/// The constraints `delegations_not_to_oneself` and `delegations_dated`, or when Postgres is away.
pub async fn insert(tx: &mut Tx, new: &Delegation) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO delegations (id, from_id, to_id, starts_at, ends_at, reason, made_by, made_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.id.uuid())
    .bind(new.from.as_str())
    .bind(new.to.as_str())
    .bind(new.starts_at.to_sqlx())
    .bind(new.ends_at.to_sqlx())
    .bind(&new.reason)
    .bind(json("delegations", &new.made_by)?)
    .bind(new.made_at.to_sqlx())
    .execute(tx.connection())
    .await?;
    tx.record(Fact::DelegationMade {
        delegation: new.id,
        from: new.from.clone(),
        to: new.to.clone(),
        starts_at: new.starts_at,
        ends_at: new.ends_at,
    });
    Ok(())
}

/// Ends a locked one that is not over, now and with its fact.
///
/// # Errors
/// When Postgres is away.
pub async fn end(tx: &mut Tx, id: DelegationId) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query("UPDATE delegations SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
        .bind(id.uuid())
        .bind(now)
        .execute(tx.connection())
        .await?;
    tx.record(Fact::DelegationEnded { delegation: id });
    Ok(())
}

/// One, locked until the end of the transaction.
///
/// # Errors
/// When Postgres is away.
pub async fn lock_one(tx: &mut Tx, id: DelegationId) -> Result<Option<Delegation>, StoreError> {
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(format!("{COLUMNS} WHERE id = $1 FOR UPDATE")))
        .bind(id.uuid())
        .fetch_optional(tx.connection())
        .await?;
    row.map(Row::into_delegation).transpose()
}

/// The newest first: all, or those from or to one person.
///
/// # Errors
/// When Postgres is away.
pub async fn list(
    connection: &mut PgConnection,
    person: Option<&UserId>,
    before: Option<DelegationId>,
    limit: i64,
) -> Result<Vec<Delegation>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "{COLUMNS} WHERE ($1::text IS NULL OR $1 IN (from_id, to_id)) AND ($2::uuid IS NULL OR id < $2) \
         ORDER BY id DESC LIMIT $3"
    )))
    .bind(person.map(UserId::as_str))
    .bind(before.map(DelegationId::uuid))
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_delegation).collect()
}

/// Those that share a moment with a time.
///
/// # Errors
/// When Postgres is away.
pub async fn during(
    connection: &mut PgConnection,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Delegation>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "{COLUMNS} WHERE starts_at < $2 AND $1 < least(ends_at, coalesce(ended_at, ends_at)) ORDER BY id"
    )))
    .bind(from.to_sqlx())
    .bind(until.to_sqlx())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_delegation).collect()
}

/// Whom somebody stands in for at a moment.
///
/// # Errors
/// When Postgres is away.
pub async fn stood_in_for(
    connection: &mut PgConnection,
    delegate: &UserId,
    at: Timestamp,
) -> Result<Vec<UserId>, StoreError> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT from_id FROM delegations \
         WHERE to_id = $1 AND starts_at <= $2 AND $2 < least(ends_at, coalesce(ended_at, ends_at)) ORDER BY from_id",
    )
    .bind(delegate.as_str())
    .bind(at.to_sqlx())
    .fetch_all(connection)
    .await?;
    ids.into_iter().map(|id| UserId::parse(id).map_err(|e| StoreError::impossible("delegations", e))).collect()
}

/// Who counts as one person with somebody at a moment: who stands in for them, and for whom they do.
///
/// # Errors
/// When Postgres is away.
pub async fn one_with(
    connection: &mut PgConnection,
    person: &UserId,
    at: Timestamp,
) -> Result<Vec<UserId>, StoreError> {
    let mut all = stood_in_for(connection, person, at).await?;
    all.extend(delegates_of(connection, std::slice::from_ref(person), at).await?);
    Ok(all)
}

/// Who stands in for any of these people at a moment.
///
/// # Errors
/// When Postgres is away.
pub async fn delegates_of(
    connection: &mut PgConnection,
    people: &[UserId],
    at: Timestamp,
) -> Result<Vec<UserId>, StoreError> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT to_id FROM delegations \
         WHERE from_id = ANY($1) AND starts_at <= $2 AND $2 < least(ends_at, coalesce(ended_at, ends_at)) ORDER BY to_id",
    )
    .bind(people.iter().map(UserId::as_str).collect::<Vec<_>>())
    .bind(at.to_sqlx())
    .fetch_all(connection)
    .await?;
    ids.into_iter().map(|id| UserId::parse(id).map_err(|e| StoreError::impossible("delegations", e))).collect()
}
