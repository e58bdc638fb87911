//! What was asked for lately, with what people had then: for asking the same of other rules.

use std::collections::HashMap;

use domain::rules::Severity;
use domain::{AccountId, GroupId, Pair, PermissionSetArn, RequestId, RuleId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::StoreError;

/// One pair of a past request, as it was asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Which request.
    pub request: RequestId,
    /// Who asked.
    pub requester: UserId,
    /// Who was to have the access.
    pub beneficiary: UserId,
    /// What.
    pub pair: Pair,
    /// By which rule it could be asked for.
    pub rule: RuleId,
    /// How long, in minutes.
    pub minutes: i32,
    /// From when; `None` is as soon as it was approved.
    pub start_at: Option<Timestamp>,
    /// How urgent.
    pub severity: Severity,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: Option<String>,
    /// The break-glass rule that was asked for.
    pub break_glass: Option<RuleId>,
    /// Whether it only asked for more time.
    pub extension: bool,
    /// When it was asked.
    pub submitted_at: Timestamp,
    /// Where the pair stands now.
    pub state: String,
    /// When the wish ended: with its access, or undecided or refused without one; `None` while it lives.
    pub over_at: Option<Timestamp>,
    /// Whether there was access.
    pub had: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    requester_id: String,
    beneficiary_id: String,
    account_id: String,
    permission_set_arn: String,
    rule_id: Uuid,
    minutes: i32,
    start_at: Option<jiff_sqlx::Timestamp>,
    severity: String,
    reason: String,
    ticket: Option<String>,
    break_glass: Option<Uuid>,
    extension: bool,
    submitted_at: jiff_sqlx::Timestamp,
    state: String,
    over_at: Option<jiff_sqlx::Timestamp>,
    had: bool,
}

impl Row {
    fn into_asked(self) -> Result<Asked, StoreError> {
        let bad = |e: &dyn std::fmt::Display| StoreError::impossible("requests", e);
        Ok(Asked {
            request: RequestId(self.id),
            requester: UserId::parse(self.requester_id).map_err(|e| bad(&e))?,
            beneficiary: UserId::parse(self.beneficiary_id).map_err(|e| bad(&e))?,
            pair: Pair {
                account: AccountId::parse(self.account_id).map_err(|e| bad(&e))?,
                permission_set: PermissionSetArn::parse(self.permission_set_arn).map_err(|e| bad(&e))?,
            },
            rule: RuleId(self.rule_id),
            minutes: self.minutes,
            start_at: self.start_at.map(jiff_sqlx::Timestamp::to_jiff),
            severity: Severity::parse(self.severity).map_err(|e| bad(&e))?,
            reason: self.reason,
            ticket: self.ticket,
            break_glass: self.break_glass.map(RuleId),
            extension: self.extension,
            submitted_at: self.submitted_at.to_jiff(),
            state: self.state,
            over_at: self.over_at.map(jiff_sqlx::Timestamp::to_jiff),
            had: self.had,
        })
    }
}

/// Up to which request past ones were read: when it was made, and which.
pub type Place = (Timestamp, RequestId);

/// Where to begin, so that all requests from one moment to another are read; of more than `most` the newest.
///
/// # Errors
/// When Postgres is away.
pub async fn beginning(
    connection: &mut PgConnection,
    since: Timestamp,
    until: Timestamp,
    most: i64,
) -> Result<Place, StoreError> {
    let of_too_many: Option<jiff_sqlx::Timestamp> = sqlx::query_scalar(
        "SELECT submitted_at FROM requests WHERE submitted_at BETWEEN $1 AND $2 ORDER BY submitted_at DESC OFFSET $3 LIMIT 1",
    )
    .bind(since.to_sqlx())
    .bind(until.to_sqlx())
    .bind(most - 1)
    .fetch_optional(connection)
    .await?;
    Ok((of_too_many.map_or(since, jiff_sqlx::Timestamp::to_jiff), RequestId(Uuid::nil())))
}

/// The pairs of the next `limit` requests after a place and until a moment, the oldest first.
///
/// # Errors
/// When Postgres is away or a row cannot be read.
pub async fn asked_after(
    connection: &mut PgConnection,
    after: Place,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Asked>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "WITH page AS (SELECT * FROM requests WHERE (submitted_at, id) > ($1, $2) AND submitted_at <= $3 \
             ORDER BY submitted_at, id LIMIT $4) \
         SELECT r.id, r.requester_id, r.beneficiary_id, i.account_id, i.permission_set_arn, i.rule_id, \
             coalesce(r.asked_minutes, r.minutes) AS minutes, \
             CASE WHEN r.asked_minutes IS NULL THEN r.start_at ELSE r.asked_start_at END AS start_at, \
             r.severity, r.reason, r.ticket, r.break_glass, r.extends IS NOT NULL AS extension, r.submitted_at, i.state, \
             CASE WHEN g.id IS NOT NULL THEN g.ended_at WHEN i.state = 'pending' THEN NULL ELSE r.decided_at END AS over_at, \
             g.active_at IS NOT NULL AS had \
         FROM page r JOIN request_items i ON i.request_id = r.id \
             LEFT JOIN grants g ON g.request_id = r.id AND g.ordinal = i.ordinal \
         ORDER BY r.submitted_at, r.id, i.ordinal",
    )
    .bind(after.0.to_sqlx())
    .bind(after.1.uuid())
    .bind(until.to_sqlx())
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_asked).collect()
}

/// The groups of each of these people as they are now.
///
/// # Errors
/// When Postgres is away.
pub async fn groups_of_each(
    connection: &mut PgConnection,
    people: &[&UserId],
) -> Result<HashMap<UserId, Vec<GroupId>>, StoreError> {
    let ids: Vec<&str> = people.iter().map(|id| id.as_str()).collect();
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT user_id, group_id FROM directory_members WHERE user_id = ANY($1) ORDER BY group_id")
            .bind(ids)
            .fetch_all(connection)
            .await?;
    let mut groups: HashMap<UserId, Vec<GroupId>> = HashMap::new();
    for (user, group) in rows {
        let bad = |e| StoreError::impossible("directory_members", e);
        groups.entry(UserId::parse(user).map_err(bad)?).or_default().push(GroupId::parse(group).map_err(bad)?);
    }
    Ok(groups)
}

/// When an incident was open, and about what.
#[derive(Debug, Clone)]
pub struct Open {
    /// From.
    pub from: Timestamp,
    /// Until; `None` while it is open.
    pub until: Option<Timestamp>,
    /// The accounts that it is about; none means all.
    pub accounts: Vec<String>,
}

/// The incidents that were open at any time from a moment on.
///
/// # Errors
/// When Postgres is away.
pub async fn incidents_since(connection: &mut PgConnection, since: Timestamp) -> Result<Vec<Open>, StoreError> {
    type Row = (jiff_sqlx::Timestamp, Option<jiff_sqlx::Timestamp>, Vec<String>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT opened_at, closed_at, accounts FROM incidents WHERE closed_at IS NULL OR closed_at >= $1 ORDER BY opened_at",
    )
    .bind(since.to_sqlx())
    .fetch_all(connection)
    .await?;
    let open = |(from, until, accounts): Row| Open {
        from: from.to_jiff(),
        until: until.map(jiff_sqlx::Timestamp::to_jiff),
        accounts,
    };
    Ok(rows.into_iter().map(open).collect())
}
