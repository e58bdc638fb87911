//! Approvals and votes.

use domain::approval::{Channel, Decision, Need, Vote};
use domain::{ApprovalId, GroupId, RequestId, UserId, VoteId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use crate::unit_of_work::{from_json, json};
use crate::{StoreError, Tx, new_id};

/// Where an approval stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// Waiting for votes.
    Open,
    /// Concluded with yes.
    Approved,
    /// Concluded with no.
    Rejected,
    /// Ended without a decision: the request was cancelled or timed out.
    Closed,
}

impl ApprovalState {
    /// The state's name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Closed => "closed",
        }
    }
}

/// Where one need of an approval stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Its stage by its place; `None` where it is met.
    pub stage: Option<usize>,
    /// Since when.
    pub since: Timestamp,
    /// Whether the stage's voters were reminded.
    #[serde(default)]
    pub reminded: bool,
    /// Whether further people may vote in it.
    #[serde(default)]
    pub escalated: bool,
}

/// An approval as it stands: one decision about some pairs of a request.
#[derive(Debug, Clone)]
pub struct Approval {
    /// Which.
    pub id: ApprovalId,
    /// About what.
    pub request: RequestId,
    /// About which of its pairs, by their places.
    pub ordinals: Vec<i16>,
    /// Where it stands.
    pub state: ApprovalState,
    /// The policies that must each be met.
    pub needs: Vec<Need>,
    /// Where each of them stands.
    pub progress: Vec<Progress>,
    /// Whom it asks (see [`waiting_for`]).
    pub asks: Vec<String>,
    /// When somebody is to be reminded or further people may vote.
    pub attend_at: Option<Timestamp>,
}

/// A vote with its circumstances.
#[derive(Debug, Clone)]
pub struct CastVote {
    /// Who and what.
    pub vote: Vote,
    /// The voter's groups then.
    pub groups: Vec<GroupId>,
    /// How it came.
    pub channel: String,
    /// What the voter said.
    pub comment: Option<String>,
    /// When.
    pub voted_at: Timestamp,
    /// How long and from when the voter allowed it, where that is less than was asked for.
    pub narrowed: Option<(i32, Option<Timestamp>)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    request_id: Uuid,
    ordinals: Vec<i16>,
    state: String,
    needs: serde_json::Value,
    progress: serde_json::Value,
    asks: Vec<String>,
    attend_at: Option<jiff_sqlx::Timestamp>,
}

const COLUMNS: &str = "SELECT id, request_id, ordinals, state, needs, progress, asks, attend_at FROM approvals";

impl Row {
    fn into_approval(self) -> Result<Approval, StoreError> {
        use ApprovalState::{Approved, Closed, Open, Rejected};
        Ok(Approval {
            id: ApprovalId(self.id),
            request: RequestId(self.request_id),
            ordinals: self.ordinals,
            state: [Open, Approved, Rejected, Closed]
                .into_iter()
                .find(|s| s.as_str() == self.state)
                .ok_or_else(|| StoreError::impossible("approvals", &self.state))?,
            needs: from_json("approvals", self.needs)?,
            progress: from_json("approvals", self.progress)?,
            asks: self.asks,
            attend_at: self.attend_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// Opens an approval of a new request for some of its pairs, which know it from then on. `asks` says whom it asks
/// (see [`waiting_for`]).
///
/// # Errors
/// When Postgres is away.
pub async fn open(
    tx: &mut Tx,
    request: RequestId,
    ordinals: &[i16],
    needs: &[Need],
    asks: &[String],
    attend_at: Option<Timestamp>,
) -> Result<ApprovalId, StoreError> {
    let (id, now) = (ApprovalId(new_id()), tx.now());
    let progress: Vec<Progress> =
        needs.iter().map(|_| Progress { stage: Some(0), since: now, reminded: false, escalated: false }).collect();
    sqlx::query(
        "WITH a AS (INSERT INTO approvals (id, request_id, state, ordinals, needs, progress, asks, attend_at, opened_at) \
             VALUES ($1, $2, 'open', $3, $4, $5, $6, $7, $8)) \
         UPDATE request_items SET approval_id = $1 WHERE request_id = $2 AND ordinal = ANY($3)",
    )
    .bind(id.uuid())
    .bind(request.uuid())
    .bind(ordinals)
    .bind(json("approvals", &needs)?)
    .bind(json("approvals", &progress)?)
    .bind(asks)
    .bind(attend_at.map(|t| t.to_sqlx()))
    .bind(now.to_sqlx())
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Writes where a locked open approval stands, what it needs, and whom it asks.
///
/// # Errors
/// When Postgres is away.
pub async fn advance(tx: &mut Tx, approval: &Approval, asks: &[String]) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE approvals SET needs = $2, progress = $3, asks = $4, attend_at = $5 WHERE id = $1 AND state = 'open'",
    )
    .bind(approval.id.uuid())
    .bind(json("approvals", &approval.needs)?)
    .bind(json("approvals", &approval.progress)?)
    .bind(asks)
    .bind(approval.attend_at.map(|t| t.to_sqlx()))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The approvals of a request, the oldest first.
///
/// # Errors
/// When Postgres is away.
pub async fn of_request(connection: &mut PgConnection, request: RequestId) -> Result<Vec<Approval>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!("{COLUMNS} WHERE request_id = $1 ORDER BY id")))
        .bind(request.uuid())
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::into_approval).collect()
}

/// The approvals of several requests.
///
/// # Errors
/// When Postgres is away.
pub async fn of_requests(connection: &mut PgConnection, requests: &[Uuid]) -> Result<Vec<Approval>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!("{COLUMNS} WHERE request_id = ANY($1) ORDER BY id")))
        .bind(requests)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::into_approval).collect()
}

/// One approval.
///
/// # Errors
/// When Postgres is away.
pub async fn get(connection: &mut PgConnection, id: ApprovalId) -> Result<Option<Approval>, StoreError> {
    let row: Option<Row> = sqlx::query_as(AssertSqlSafe(format!("{COLUMNS} WHERE id = $1")))
        .bind(id.uuid())
        .fetch_optional(connection)
        .await?;
    row.map(Row::into_approval).transpose()
}

/// The approvals of a request, locked until the end of the transaction: second in the lock order.
///
/// # Errors
/// When Postgres is away.
pub async fn lock(tx: &mut Tx, request: RequestId) -> Result<Vec<Approval>, StoreError> {
    let rows: Vec<Row> =
        sqlx::query_as(AssertSqlSafe(format!("{COLUMNS} WHERE request_id = $1 ORDER BY id FOR UPDATE")))
            .bind(request.uuid())
            .fetch_all(tx.connection())
            .await?;
    rows.into_iter().map(Row::into_approval).collect()
}

/// Up to `limit` open approvals that are to be attended to, the most urgent first. The request of each is locked
/// before anything is done about it.
///
/// # Errors
/// When Postgres is away.
pub async fn to_attend(tx: &mut Tx, limit: i64) -> Result<Vec<Approval>, StoreError> {
    let now = tx.now().to_sqlx();
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!(
        "{COLUMNS} WHERE state = 'open' AND attend_at <= $1 ORDER BY attend_at LIMIT $2"
    )))
    .bind(now)
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(Row::into_approval).collect()
}

/// When the next open approval is to be attended to.
///
/// # Errors
/// When Postgres is away.
pub async fn next_to_attend(connection: &mut PgConnection) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<jiff_sqlx::Timestamp> =
        sqlx::query_scalar("SELECT min(attend_at) FROM approvals WHERE state = 'open' AND attend_at IS NOT NULL")
            .fetch_one(connection)
            .await?;
    Ok(next.map(jiff_sqlx::Timestamp::to_jiff))
}

/// The open approvals that ask somebody, the newest first, after one of them. `known_as` is every way in which an
/// approval may ask them: `user:ID`, `group:ID` of each of their groups, `schedule:SOURCE:ID` of each by which they are
/// on duty, and the same of whom they stand in for.
///
/// # Errors
/// When Postgres is away.
pub async fn waiting_for(
    connection: &mut PgConnection,
    user: &UserId,
    known_as: &[String],
    after: Option<(RequestId, ApprovalId)>,
    limit: i64,
) -> Result<Vec<Approval>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT a.id, a.request_id, a.ordinals, a.state, a.needs, a.progress, a.asks, a.attend_at \
         FROM approvals a JOIN requests r ON r.id = a.request_id \
         WHERE a.state = 'open' AND r.state = 'pending' AND $1 NOT IN (r.requester_id, r.beneficiary_id) \
           AND a.asks && $2 AND ($3::uuid IS NULL OR r.id < $3 OR (r.id = $3 AND a.id > $4)) \
         ORDER BY r.id DESC, a.id LIMIT $5",
    )
    .bind(user.as_str())
    .bind(known_as)
    .bind(after.map(|(request, _)| request.uuid()))
    .bind(after.map(|(_, approval)| approval.uuid()))
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_approval).collect()
}

/// The schedules by which open approvals ask somebody: `schedule:SOURCE:ID`, each once.
///
/// # Errors
/// When Postgres is away.
pub async fn schedules_asked(connection: &mut PgConnection) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT asked FROM approvals a CROSS JOIN LATERAL unnest(a.asks) AS asked \
         WHERE a.state = 'open' AND asked LIKE 'schedule:%' ORDER BY asked",
    )
    .fetch_all(connection)
    .await?)
}

/// Notes what the permission sets of some pairs of a locked request give at the moment of its approval.
///
/// # Errors
/// When Postgres is away.
pub async fn note_contents(tx: &mut Tx, request: RequestId, contents: &[(i16, String)]) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE request_items i SET content_hash = c.hash FROM unnest($2::int2[], $3::text[]) AS c(ordinal, hash) \
         WHERE i.request_id = $1 AND i.ordinal = c.ordinal AND i.state = 'pending'",
    )
    .bind(request.uuid())
    .bind(contents.iter().map(|(ordinal, _)| *ordinal).collect::<Vec<_>>())
    .bind(contents.iter().map(|(_, hash)| hash.as_str()).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The votes so far, in their order.
///
/// # Errors
/// When Postgres is away.
pub async fn votes(connection: &mut PgConnection, approval: ApprovalId) -> Result<Vec<CastVote>, StoreError> {
    Ok(votes_of(connection, &[approval.uuid()]).await?.into_iter().map(|(_, vote)| vote).collect())
}

/// The votes in several approvals, each in its order.
///
/// # Errors
/// When Postgres is away.
pub async fn votes_of(
    connection: &mut PgConnection,
    approvals: &[Uuid],
) -> Result<Vec<(ApprovalId, CastVote)>, StoreError> {
    let rows: Vec<VoteRow> = sqlx::query_as(
        "SELECT approval_id, voter_id, stands_for, groups, decision, need, stage, channel, comment, voted_at, minutes, start_at \
         FROM votes WHERE approval_id = ANY($1) ORDER BY approval_id, id",
    )
    .bind(approvals)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok((ApprovalId(row.approval_id), row.into_vote()?))).collect()
}

#[derive(sqlx::FromRow)]
struct VoteRow {
    approval_id: Uuid,
    voter_id: String,
    stands_for: Option<String>,
    groups: serde_json::Value,
    decision: String,
    need: i16,
    stage: i16,
    channel: String,
    comment: Option<String>,
    voted_at: jiff_sqlx::Timestamp,
    minutes: Option<i32>,
    start_at: Option<jiff_sqlx::Timestamp>,
}

impl VoteRow {
    fn into_vote(self) -> Result<CastVote, StoreError> {
        let person = |id| UserId::parse(id).map_err(|e| StoreError::impossible("votes", e));
        let place = |n: i16| usize::try_from(n).map_err(|e| StoreError::impossible("votes", e));
        Ok(CastVote {
            vote: Vote {
                voter: person(self.voter_id)?,
                stands_for: self.stands_for.map(person).transpose()?,
                decision: Decision::from_name(&self.decision)
                    .ok_or_else(|| StoreError::impossible("votes", &self.decision))?,
                need: place(self.need)?,
                stage: place(self.stage)?,
            },
            groups: from_json("votes", self.groups)?,
            channel: self.channel,
            comment: self.comment,
            voted_at: self.voted_at.to_jiff(),
            narrowed: self.minutes.map(|m| (m, self.start_at.map(jiff_sqlx::Timestamp::to_jiff))),
        })
    }
}

/// Writes a vote about one need. One person's word about several needs is several of these.
///
/// # Errors
/// The constraints `votes_one_a_person`, `votes_one_for_a_person` and `votes_never_ones_own`, or when Postgres is away.
pub async fn cast(
    tx: &mut Tx,
    approval: ApprovalId,
    vote: &Vote,
    groups: &[GroupId],
    channel: Channel,
    comment: Option<&str>,
    narrowed: Option<(i32, Option<Timestamp>)>,
) -> Result<VoteId, StoreError> {
    let (id, now) = (VoteId(new_id()), tx.now().to_sqlx());
    let place = |n: usize| i16::try_from(n).map_err(|e| StoreError::impossible("votes", e));
    sqlx::query(
        "INSERT INTO votes (id, approval_id, voter_id, stands_for, groups, decision, need, stage, channel, comment, voted_at, \
             minutes, start_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(id.uuid())
    .bind(approval.uuid())
    .bind(vote.voter.as_str())
    .bind(vote.stands_for.as_ref().map(UserId::as_str))
    .bind(json("votes", &groups)?)
    .bind(vote.decision.as_str())
    .bind(place(vote.need)?)
    .bind(place(vote.stage)?)
    .bind(channel.as_str())
    .bind(comment)
    .bind(now)
    .bind(narrowed.map(|(minutes, _)| minutes))
    .bind(narrowed.and_then(|(_, start)| start).map(|t| t.to_sqlx()))
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Closes one locked open approval.
///
/// # Errors
/// When Postgres is away.
pub async fn close(tx: &mut Tx, approval: ApprovalId, state: ApprovalState) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query("UPDATE approvals SET state = $2, closed_at = $3 WHERE id = $1 AND state = 'open'")
        .bind(approval.uuid())
        .bind(state.as_str())
        .bind(now)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Closes every locked open approval of a request.
///
/// # Errors
/// When Postgres is away.
pub async fn close_all(tx: &mut Tx, request: RequestId) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query("UPDATE approvals SET state = 'closed', closed_at = $2 WHERE request_id = $1 AND state = 'open'")
        .bind(request.uuid())
        .bind(now)
        .execute(tx.connection())
        .await?;
    Ok(())
}
