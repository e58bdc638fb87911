//! Requests and their pairs.

use domain::request::RequestState;
use domain::rules::Severity;
use domain::{AccountId, ApprovalId, GrantId, Pair, PermissionSetArn, RequestId, RuleId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::unit_of_work::{from_json, json};
use crate::{StoreError, Tx};

/// A request as it stands.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which.
    pub id: RequestId,
    /// Counts its changes, from 1.
    pub version: i64,
    /// Where it stands.
    pub state: RequestState,
    /// Who asked.
    pub requester: UserId,
    /// Who shall have the access.
    pub beneficiary: UserId,
    /// Why.
    pub reason: String,
    /// The ticket named.
    pub ticket: Option<String>,
    /// How long, in minutes; for an extension how much longer.
    pub minutes: i32,
    /// When the window opens; `None` is now.
    pub start_at: Option<Timestamp>,
    /// The grant that it would extend.
    pub extends: Option<GrantId>,
    /// How urgent.
    pub severity: Severity,
    /// The break-glass rule that was asked for.
    pub break_glass: Option<RuleId>,
    /// How long and from when it was asked for, where an approver narrowed it.
    pub asked: Option<(i32, Option<Timestamp>)>,
    /// When it was asked.
    pub submitted_at: Timestamp,
    /// When it times out undecided.
    pub decide_by: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// The trace that it began in.
    pub trace_parent: Option<String>,
}

/// One pair of a request, with the names that the server resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its place, from 0.
    pub ordinal: i16,
    /// What was asked for.
    pub pair: Pair,
    /// The account's name then.
    pub account_name: String,
    /// The permission set's name then.
    pub permission_set_name: String,
    /// The rule that allowed it.
    pub rule: RuleId,
    /// The rule's version then.
    pub rule_version: i64,
    /// Where this pair stands.
    pub state: RequestState,
    /// The approval that decides it; none where nobody has to.
    pub approval: Option<ApprovalId>,
    /// A cool-down that is waited for.
    pub not_before: Option<Timestamp>,
    /// The permission set's content when it was asked for.
    pub content_hash: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    state: String,
    requester_id: String,
    beneficiary_id: String,
    reason: String,
    ticket: Option<String>,
    minutes: i32,
    start_at: Option<jiff_sqlx::Timestamp>,
    extends: Option<Uuid>,
    severity: String,
    break_glass: Option<Uuid>,
    asked_minutes: Option<i32>,
    asked_start_at: Option<jiff_sqlx::Timestamp>,
    submitted_at: jiff_sqlx::Timestamp,
    decide_by: jiff_sqlx::Timestamp,
    decided_at: Option<jiff_sqlx::Timestamp>,
    trace_parent: Option<String>,
}

impl Row {
    fn into_request(self) -> Result<Request, StoreError> {
        let bad = |e: &dyn std::fmt::Display| StoreError::impossible("requests", e);
        Ok(Request {
            id: RequestId(self.id),
            version: self.version,
            state: RequestState::from_name(&self.state).ok_or_else(|| bad(&self.state))?,
            requester: UserId::parse(self.requester_id).map_err(|e| bad(&e))?,
            beneficiary: UserId::parse(self.beneficiary_id).map_err(|e| bad(&e))?,
            reason: self.reason,
            ticket: self.ticket,
            minutes: self.minutes,
            start_at: self.start_at.map(jiff_sqlx::Timestamp::to_jiff),
            extends: self.extends.map(GrantId),
            severity: Severity::parse(self.severity).map_err(|e| bad(&e))?,
            break_glass: self.break_glass.map(RuleId),
            asked: self.asked_minutes.map(|m| (m, self.asked_start_at.map(jiff_sqlx::Timestamp::to_jiff))),
            submitted_at: self.submitted_at.to_jiff(),
            decide_by: self.decide_by.to_jiff(),
            decided_at: self.decided_at.map(jiff_sqlx::Timestamp::to_jiff),
            trace_parent: self.trace_parent,
        })
    }
}

#[derive(sqlx::FromRow)]
struct ItemRow {
    request_id: Uuid,
    ordinal: i16,
    account_id: String,
    account_name: String,
    permission_set_arn: String,
    permission_set_name: String,
    rule_id: Uuid,
    rule_version: i64,
    state: String,
    approval_id: Option<Uuid>,
    not_before: Option<jiff_sqlx::Timestamp>,
    content_hash: Option<String>,
}

impl ItemRow {
    fn into_item(self) -> Result<Item, StoreError> {
        let bad = |e: domain::InvalidId| StoreError::impossible("request_items", e);
        Ok(Item {
            ordinal: self.ordinal,
            pair: Pair {
                account: AccountId::parse(self.account_id).map_err(bad)?,
                permission_set: PermissionSetArn::parse(self.permission_set_arn).map_err(bad)?,
            },
            account_name: self.account_name,
            permission_set_name: self.permission_set_name,
            rule: RuleId(self.rule_id),
            rule_version: self.rule_version,
            state: RequestState::from_name(&self.state)
                .ok_or_else(|| StoreError::impossible("request_items", &self.state))?,
            approval: self.approval_id.map(ApprovalId),
            not_before: self.not_before.map(jiff_sqlx::Timestamp::to_jiff),
            content_hash: self.content_hash,
        })
    }
}

/// Writes a new pending request with its pairs and the trace of its evaluation.
///
/// # Errors
/// When Postgres is away; the constraint `requests_one_extension_at_a_time` when the grant has one pending.
pub async fn insert(
    tx: &mut Tx,
    request: &Request,
    items: &[Item],
    trace: &impl serde::Serialize,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO requests (id, version, state, requester_id, beneficiary_id, reason, ticket, minutes, start_at, extends, \
             trace, submitted_at, decide_by, trace_parent, severity, break_glass) \
         VALUES ($1, $2, 'pending', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(request.id.uuid())
    .bind(request.version)
    .bind(request.requester.as_str())
    .bind(request.beneficiary.as_str())
    .bind(&request.reason)
    .bind(&request.ticket)
    .bind(request.minutes)
    .bind(request.start_at.map(|t| t.to_sqlx()))
    .bind(request.extends.map(GrantId::uuid))
    .bind(json("requests", trace)?)
    .bind(request.submitted_at.to_sqlx())
    .bind(request.decide_by.to_sqlx())
    .bind(&request.trace_parent)
    .bind(request.severity.as_str())
    .bind(request.break_glass.map(RuleId::uuid))
    .execute(tx.connection())
    .await?;
    let text = |f: fn(&Item) -> &str| items.iter().map(|i| f(i).to_owned()).collect::<Vec<String>>();
    sqlx::query(
        "INSERT INTO request_items (request_id, ordinal, account_id, account_name, permission_set_arn, permission_set_name, \
             rule_id, rule_version, not_before, content_hash) \
         SELECT $1, * FROM unnest($2::int2[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::int8[], \
             $9::timestamptz[], $10::text[])",
    )
    .bind(request.id.uuid())
    .bind(items.iter().map(|i| i.ordinal).collect::<Vec<_>>())
    .bind(text(|i| i.pair.account.as_str()))
    .bind(text(|i| &i.account_name))
    .bind(text(|i| i.pair.permission_set.as_str()))
    .bind(text(|i| &i.permission_set_name))
    .bind(items.iter().map(|i| i.rule.uuid()).collect::<Vec<_>>())
    .bind(items.iter().map(|i| i.rule_version).collect::<Vec<_>>())
    .bind(items.iter().map(|i| i.not_before.map(|t| t.to_sqlx())).collect::<Vec<_>>())
    .bind(items.iter().map(|i| i.content_hash.clone()).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// One request.
///
/// # Errors
/// When Postgres is away.
pub async fn get(connection: &mut PgConnection, id: RequestId) -> Result<Option<Request>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM requests WHERE id = $1").bind(id.uuid()).fetch_optional(connection).await?;
    row.map(Row::into_request).transpose()
}

/// One request, locked until the end of the transaction: first in the lock order.
///
/// # Errors
/// When Postgres is away.
pub async fn lock(tx: &mut Tx, id: RequestId) -> Result<Option<Request>, StoreError> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM requests WHERE id = $1 FOR UPDATE")
        .bind(id.uuid())
        .fetch_optional(tx.connection())
        .await?;
    row.map(Row::into_request).transpose()
}

/// Up to `limit` pending requests whose time to decide is over, locked, those of others skipped.
///
/// # Errors
/// When Postgres is away.
pub async fn lock_overdue(tx: &mut Tx, limit: i64) -> Result<Vec<Request>, StoreError> {
    let now = tx.now().to_sqlx();
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM requests WHERE state = 'pending' AND decide_by <= $1 ORDER BY decide_by LIMIT $2 FOR UPDATE SKIP LOCKED",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(Row::into_request).collect()
}

/// When the next pending request times out.
///
/// # Errors
/// When Postgres is away.
pub async fn next_overdue(connection: &mut PgConnection) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<jiff_sqlx::Timestamp> =
        sqlx::query_scalar("SELECT min(decide_by) FROM requests WHERE state = 'pending'").fetch_one(connection).await?;
    Ok(next.map(jiff_sqlx::Timestamp::to_jiff))
}

/// A request's pairs in their order.
///
/// # Errors
/// When Postgres is away.
pub async fn items(connection: &mut PgConnection, id: RequestId) -> Result<Vec<Item>, StoreError> {
    Ok(items_of(connection, &[id.uuid()]).await?.into_iter().map(|(_, item)| item).collect())
}

/// The pairs of several requests.
///
/// # Errors
/// When Postgres is away.
pub async fn items_of(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<(RequestId, Item)>, StoreError> {
    let rows: Vec<ItemRow> =
        sqlx::query_as("SELECT * FROM request_items WHERE request_id = ANY($1) ORDER BY request_id, ordinal")
            .bind(ids)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(|row| Ok((RequestId(row.request_id), row.into_item()?))).collect()
}

/// What the rules said when it was asked.
///
/// # Errors
/// When Postgres is away or the stored trace cannot be read.
pub async fn evaluation<T: serde::de::DeserializeOwned>(
    connection: &mut PgConnection,
    id: RequestId,
) -> Result<Option<T>, StoreError> {
    let trace: Option<serde_json::Value> = sqlx::query_scalar("SELECT trace FROM requests WHERE id = $1")
        .bind(id.uuid())
        .fetch_optional(connection)
        .await?;
    trace.map(|t| from_json("requests", t)).transpose()
}

/// What the rules said when these were asked.
///
/// # Errors
/// When Postgres is away or a stored trace cannot be read.
pub async fn evaluations<T: serde::de::DeserializeOwned>(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<(RequestId, T)>, StoreError> {
    let rows: Vec<(Uuid, serde_json::Value)> =
        sqlx::query_as("SELECT id, trace FROM requests WHERE id = ANY($1)").bind(ids).fetch_all(connection).await?;
    rows.into_iter().map(|(id, trace)| Ok((RequestId(id), from_json("requests", trace)?))).collect()
}

/// Notes until when the waiting pairs at these places have to rest; an earlier moment changes nothing.
///
/// # Errors
/// When Postgres is away.
pub async fn put_off(tx: &mut Tx, request: RequestId, until: &[(i16, Timestamp)]) -> Result<(), StoreError> {
    if until.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE request_items i SET not_before = greatest(i.not_before, r.until) \
         FROM unnest($2::int2[], $3::timestamptz[]) AS r(ordinal, until) \
         WHERE i.request_id = $1 AND i.ordinal = r.ordinal AND i.state = 'pending'",
    )
    .bind(request.uuid())
    .bind(until.iter().map(|(ordinal, _)| *ordinal).collect::<Vec<_>>())
    .bind(until.iter().map(|(_, until)| until.to_sqlx()).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Settles the pairs of a locked request at these places, those of them that still wait.
///
/// # Errors
/// When Postgres is away.
pub async fn settle_items(
    tx: &mut Tx,
    request: RequestId,
    ordinals: &[i16],
    state: RequestState,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE request_items SET state = $3 WHERE request_id = $1 AND ordinal = ANY($2) AND state = 'pending'",
    )
    .bind(request.uuid())
    .bind(ordinals)
    .bind(state.as_str())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Makes a locked pending request shorter or later, keeping what was asked for; its version moves on.
///
/// # Errors
/// [`StoreError::Raced`] when it is no longer at the version that was read.
pub async fn narrow(
    tx: &mut Tx,
    request: &mut Request,
    minutes: i32,
    start_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let done = sqlx::query(
        "UPDATE requests SET minutes = $3, start_at = $4, version = version + 1, \
             asked_minutes = coalesce(asked_minutes, minutes), \
             asked_start_at = CASE WHEN asked_minutes IS NULL THEN start_at ELSE asked_start_at END \
         WHERE id = $1 AND version = $2",
    )
    .bind(request.id.uuid())
    .bind(request.version)
    .bind(minutes)
    .bind(start_at.map(|t| t.to_sqlx()))
    .execute(tx.connection())
    .await?;
    if done.rows_affected() != 1 {
        return Err(StoreError::Raced { what: "the request" });
    }
    request.asked.get_or_insert((request.minutes, request.start_at));
    (request.minutes, request.start_at) = (minutes, start_at);
    request.version += 1;
    Ok(())
}

/// Moves a locked request on from the version that was read; pairs that still wait go with it.
///
/// # Errors
/// [`StoreError::Raced`] when it is no longer at that version.
pub async fn decide(tx: &mut Tx, request: &Request, state: RequestState) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    let done = sqlx::query(
        "UPDATE requests SET state = $3, version = version + 1, decided_at = $4 WHERE id = $1 AND version = $2",
    )
    .bind(request.id.uuid())
    .bind(request.version)
    .bind(state.as_str())
    .bind(now)
    .execute(tx.connection())
    .await?;
    if done.rows_affected() != 1 {
        return Err(StoreError::Raced { what: "the request" });
    }
    sqlx::query("UPDATE request_items SET state = $2 WHERE request_id = $1 AND state = 'pending'")
        .bind(request.id.uuid())
        .bind(state.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those that this person asked for, or would have the access of.
    pub person: Option<UserId>,
    /// Only those in these states; empty is all.
    pub states: Vec<RequestState>,
    /// Only those about this account.
    pub account: Option<AccountId>,
    /// Only those submitted before this one.
    pub before: Option<RequestId>,
    /// How many at most.
    pub limit: i64,
}

/// The newest first.
///
/// # Errors
/// When Postgres is away.
pub async fn list(connection: &mut PgConnection, filter: &Filter) -> Result<Vec<Request>, StoreError> {
    let states: Vec<&str> = filter.states.iter().map(|s| s.as_str()).collect();
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM requests r \
         WHERE ($1::text IS NULL OR requester_id = $1 OR beneficiary_id = $1) \
           AND (cardinality($2::text[]) = 0 OR state = ANY($2)) \
           AND ($3::text IS NULL OR EXISTS (SELECT 1 FROM request_items i WHERE i.request_id = r.id AND i.account_id = $3)) \
           AND ($4::uuid IS NULL OR id < $4) \
         ORDER BY id DESC LIMIT $5",
    )
    .bind(filter.person.as_ref().map(UserId::as_str))
    .bind(states)
    .bind(filter.account.as_ref().map(AccountId::as_str))
    .bind(filter.before.map(RequestId::uuid))
    .bind(filter.limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_request).collect()
}

/// Requests by id, the newest first.
///
/// # Errors
/// When Postgres is away.
pub async fn by_ids(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Request>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM requests WHERE id = ANY($1) ORDER BY id DESC")
        .bind(ids)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::into_request).collect()
}
