//! Another system's past requests.

use domain::{AccountId, PermissionSetArn, RequestId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{StoreError, Tx};

/// A request that another system handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Our id for it.
    pub id: RequestId,
    /// The other system's id.
    pub external_id: String,
    /// That system's word for where it stood.
    pub status: String,
    /// Who asked, where the directory knew them.
    pub requester: Option<UserId>,
    /// Their name then.
    pub requester_name: String,
    /// Their address then.
    pub requester_email: Option<String>,
    /// Where.
    pub account: Option<AccountId>,
    /// The account's name then.
    pub account_name: String,
    /// What.
    pub permission_set: Option<PermissionSetArn>,
    /// The permission set's name then.
    pub permission_set_name: String,
    /// From when.
    pub start_at: Option<Timestamp>,
    /// How long.
    pub minutes: Option<i64>,
    /// When it was taken away.
    pub ended_at: Option<Timestamp>,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: Option<String>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// What they said.
    pub decision_comment: Option<String>,
    /// Who took it away.
    pub revoked_by: Option<String>,
    /// What they said.
    pub revoke_comment: Option<String>,
    /// When it was asked.
    pub submitted_at: Option<Timestamp>,
    /// Everything that the other system kept.
    pub original: serde_json::Value,
}

/// Writes records, those that are new or have changed. Returns how many.
///
/// # Errors
/// When Postgres is away.
pub async fn record(tx: &mut Tx, records: &[Record]) -> Result<u64, StoreError> {
    let now = tx.now().to_sqlx();
    let text = |of: fn(&Record) -> &str| records.iter().map(|r| of(r).to_owned()).collect::<Vec<String>>();
    let maybe = |of: fn(&Record) -> Option<&str>| {
        records.iter().map(|r| of(r).map(str::to_owned)).collect::<Vec<Option<String>>>()
    };
    let time = |of: fn(&Record) -> Option<Timestamp>| {
        records.iter().map(|r| of(r).map(|t| t.to_sqlx())).collect::<Vec<Option<jiff_sqlx::Timestamp>>>()
    };
    let done = sqlx::query(
        "INSERT INTO imported_requests AS i (id, source, external_id, status, requester_id, requester_name, requester_email, \
             account_id, account_name, permission_set_arn, permission_set_name, start_at, minutes, ended_at, reason, ticket, \
             decided_by, decision_comment, revoked_by, revoke_comment, submitted_at, original, imported_at) \
         SELECT r.id, $1, r.external_id, r.status, r.requester, r.requester_name, r.email, r.account, r.account_name, r.arn, \
             r.set_name, r.start_at, r.minutes, r.ended_at, r.reason, r.ticket, r.decided_by, r.decided, r.revoked_by, r.revoked, \
             r.submitted_at, r.original, $2 \
         FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], \
             $12::text[], $13::timestamptz[], $14::int8[], $15::timestamptz[], $16::text[], $17::text[], $18::text[], $19::text[], \
             $20::text[], $21::text[], $22::timestamptz[], $23::jsonb[]) \
           AS r(id, external_id, status, requester, requester_name, email, account, account_name, arn, set_name, start_at, minutes, \
             ended_at, reason, ticket, decided_by, decided, revoked_by, revoked, submitted_at, original) \
         ON CONFLICT ON CONSTRAINT imported_requests_once DO UPDATE SET status = EXCLUDED.status, \
             requester_id = EXCLUDED.requester_id, ended_at = EXCLUDED.ended_at, start_at = EXCLUDED.start_at, \
             decided_by = EXCLUDED.decided_by, decision_comment = EXCLUDED.decision_comment, revoked_by = EXCLUDED.revoked_by, \
             revoke_comment = EXCLUDED.revoke_comment, original = EXCLUDED.original, imported_at = EXCLUDED.imported_at \
         WHERE (i.original, i.requester_id) IS DISTINCT FROM (EXCLUDED.original, EXCLUDED.requester_id)",
    )
    .bind(super::TEAM)
    .bind(now)
    .bind(records.iter().map(|r| r.id.uuid()).collect::<Vec<_>>())
    .bind(text(|r| &r.external_id))
    .bind(text(|r| &r.status))
    .bind(maybe(|r| r.requester.as_ref().map(UserId::as_str)))
    .bind(text(|r| &r.requester_name))
    .bind(maybe(|r| r.requester_email.as_deref()))
    .bind(maybe(|r| r.account.as_ref().map(AccountId::as_str)))
    .bind(text(|r| &r.account_name))
    .bind(maybe(|r| r.permission_set.as_ref().map(PermissionSetArn::as_str)))
    .bind(text(|r| &r.permission_set_name))
    .bind(time(|r| r.start_at))
    .bind(records.iter().map(|r| r.minutes).collect::<Vec<_>>())
    .bind(time(|r| r.ended_at))
    .bind(text(|r| &r.reason))
    .bind(maybe(|r| r.ticket.as_deref()))
    .bind(maybe(|r| r.decided_by.as_deref()))
    .bind(maybe(|r| r.decision_comment.as_deref()))
    .bind(maybe(|r| r.revoked_by.as_deref()))
    .bind(maybe(|r| r.revoke_comment.as_deref()))
    .bind(time(|r| r.submitted_at))
    .bind(records.iter().map(|r| r.original.clone()).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected())
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this person's.
    pub requester: Option<UserId>,
    /// Only those in this account.
    pub account: Option<AccountId>,
    /// Only this one, by the other system's id.
    pub external_id: Option<String>,
    /// Only those submitted before this one.
    pub before: Option<Uuid>,
    /// How many at most.
    pub limit: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    external_id: String,
    status: String,
    requester_id: Option<String>,
    requester_name: String,
    requester_email: Option<String>,
    account_id: Option<String>,
    account_name: String,
    permission_set_arn: Option<String>,
    permission_set_name: String,
    start_at: Option<jiff_sqlx::Timestamp>,
    minutes: Option<i64>,
    ended_at: Option<jiff_sqlx::Timestamp>,
    reason: String,
    ticket: Option<String>,
    decided_by: Option<String>,
    decision_comment: Option<String>,
    revoked_by: Option<String>,
    revoke_comment: Option<String>,
    submitted_at: Option<jiff_sqlx::Timestamp>,
    original: serde_json::Value,
}

impl Row {
    fn into_record(self) -> Result<Record, StoreError> {
        let bad = |e: domain::InvalidId| StoreError::impossible("imported_requests", e);
        let time = |t: Option<jiff_sqlx::Timestamp>| t.map(jiff_sqlx::Timestamp::to_jiff);
        Ok(Record {
            id: RequestId(self.id),
            external_id: self.external_id,
            status: self.status,
            requester: self.requester_id.map(UserId::parse).transpose().map_err(bad)?,
            requester_name: self.requester_name,
            requester_email: self.requester_email,
            account: self.account_id.map(AccountId::parse).transpose().map_err(bad)?,
            account_name: self.account_name,
            permission_set: self.permission_set_arn.map(PermissionSetArn::parse).transpose().map_err(bad)?,
            permission_set_name: self.permission_set_name,
            start_at: time(self.start_at),
            minutes: self.minutes,
            ended_at: time(self.ended_at),
            reason: self.reason,
            ticket: self.ticket,
            decided_by: self.decided_by,
            decision_comment: self.decision_comment,
            revoked_by: self.revoked_by,
            revoke_comment: self.revoke_comment,
            submitted_at: time(self.submitted_at),
            original: self.original,
        })
    }
}

/// The newest first.
///
/// # Errors
/// When Postgres is away.
pub async fn list(connection: &mut PgConnection, filter: &Filter) -> Result<Vec<Record>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM imported_requests WHERE ($1::text IS NULL OR requester_id = $1) AND ($2::text IS NULL OR account_id = $2) \
           AND ($3::text IS NULL OR external_id = $3) AND ($4::uuid IS NULL OR id < $4) ORDER BY id DESC LIMIT $5",
    )
    .bind(filter.requester.as_ref().map(UserId::as_str))
    .bind(filter.account.as_ref().map(AccountId::as_str))
    .bind(&filter.external_id)
    .bind(filter.before)
    .bind(filter.limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_record).collect()
}
