//! Approvals and votes.

use domain::approval::{ApprovalPolicy, Channel, Decision, Vote};
use domain::{ApprovalId, GroupId, RequestId, UserId, VoteId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
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

/// An approval as it stands.
#[derive(Debug, Clone)]
pub struct Approval {
    /// Which.
    pub id: ApprovalId,
    /// About what.
    pub request: RequestId,
    /// Where it stands.
    pub state: ApprovalState,
    /// The policies that must each have their votes.
    pub needs: Vec<ApprovalPolicy>,
}

/// A vote with its circumstances.
#[derive(Debug, Clone)]
pub struct CastVote {
    /// Who and what.
    pub vote: Vote,
    /// How it came.
    pub channel: String,
    /// What the voter said.
    pub comment: Option<String>,
    /// When.
    pub voted_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    request_id: Uuid,
    state: String,
    needs: serde_json::Value,
}

impl Row {
    fn into_approval(self) -> Result<Approval, StoreError> {
        use ApprovalState::{Approved, Closed, Open, Rejected};
        Ok(Approval {
            id: ApprovalId(self.id),
            request: RequestId(self.request_id),
            state: [Open, Approved, Rejected, Closed]
                .into_iter()
                .find(|s| s.as_str() == self.state)
                .ok_or_else(|| StoreError::impossible("approvals", &self.state))?,
            needs: from_json("approvals", self.needs)?,
        })
    }
}

/// Opens the approval of a new request.
///
/// # Errors
/// When Postgres is away.
pub async fn open(tx: &mut Tx, request: RequestId, needs: &[ApprovalPolicy]) -> Result<ApprovalId, StoreError> {
    let (id, now) = (ApprovalId(new_id()), tx.now().to_sqlx());
    sqlx::query("INSERT INTO approvals (id, request_id, state, needs, opened_at) VALUES ($1, $2, 'open', $3, $4)")
        .bind(id.uuid())
        .bind(request.uuid())
        .bind(json("approvals", &needs)?)
        .bind(now)
        .execute(tx.connection())
        .await?;
    Ok(id)
}

/// The approval of a request.
///
/// # Errors
/// When Postgres is away.
pub async fn of_request(connection: &mut PgConnection, request: RequestId) -> Result<Option<Approval>, StoreError> {
    let row: Option<Row> = sqlx::query_as("SELECT id, request_id, state, needs FROM approvals WHERE request_id = $1")
        .bind(request.uuid())
        .fetch_optional(connection)
        .await?;
    row.map(Row::into_approval).transpose()
}

/// One approval.
///
/// # Errors
/// When Postgres is away.
pub async fn get(connection: &mut PgConnection, id: ApprovalId) -> Result<Option<Approval>, StoreError> {
    let row: Option<Row> = sqlx::query_as("SELECT id, request_id, state, needs FROM approvals WHERE id = $1")
        .bind(id.uuid())
        .fetch_optional(connection)
        .await?;
    row.map(Row::into_approval).transpose()
}

/// The approval of a request, locked until the end of the transaction: second in the lock order.
///
/// # Errors
/// When Postgres is away.
pub async fn lock(tx: &mut Tx, request: RequestId) -> Result<Option<Approval>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as("SELECT id, request_id, state, needs FROM approvals WHERE request_id = $1 FOR UPDATE")
            .bind(request.uuid())
            .fetch_optional(tx.connection())
            .await?;
    row.map(Row::into_approval).transpose()
}

/// The open approvals that name this person or one of these groups, the newest first.
///
/// # Errors
/// When Postgres is away.
pub async fn waiting_for(
    connection: &mut PgConnection,
    user: &UserId,
    groups: &[GroupId],
    before: Option<RequestId>,
    limit: i64,
) -> Result<Vec<Approval>, StoreError> {
    let groups: Vec<&str> = groups.iter().map(GroupId::as_str).collect();
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT a.id, a.request_id, a.state, a.needs FROM approvals a JOIN requests r ON r.id = a.request_id \
         WHERE a.state = 'open' AND r.state = 'pending' AND $1 NOT IN (r.requester_id, r.beneficiary_id) \
           AND EXISTS (SELECT 1 FROM jsonb_array_elements(a.needs) n WHERE n->'users' ? $1 OR n->'groups' ?| $2::text[]) \
           AND NOT EXISTS (SELECT 1 FROM votes v WHERE v.approval_id = a.id AND v.voter_id = $1) \
           AND ($3::uuid IS NULL OR r.id < $3) \
         ORDER BY r.id DESC LIMIT $4",
    )
    .bind(user.as_str())
    .bind(groups)
    .bind(before.map(RequestId::uuid))
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::into_approval).collect()
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
    type Row = (Uuid, String, serde_json::Value, String, String, Option<String>, jiff_sqlx::Timestamp);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT approval_id, voter_id, groups, decision, channel, comment, voted_at FROM votes \
         WHERE approval_id = ANY($1) ORDER BY approval_id, id",
    )
    .bind(approvals)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(approval, voter, groups, decision, channel, comment, voted_at)| {
            let vote = Vote {
                voter: UserId::parse(voter).map_err(|e| StoreError::impossible("votes", e))?,
                groups: from_json("votes", groups)?,
                decision: Decision::from_name(&decision).ok_or_else(|| StoreError::impossible("votes", &decision))?,
            };
            Ok((ApprovalId(approval), CastVote { vote, channel, comment, voted_at: voted_at.to_jiff() }))
        })
        .collect()
}

/// Writes a vote.
///
/// # Errors
/// The constraints `votes_one_a_person` and `votes_never_ones_own`, or when Postgres is away.
pub async fn cast(
    tx: &mut Tx,
    approval: ApprovalId,
    vote: &Vote,
    channel: Channel,
    comment: Option<&str>,
) -> Result<VoteId, StoreError> {
    let (id, now) = (VoteId(new_id()), tx.now().to_sqlx());
    sqlx::query(
        "INSERT INTO votes (id, approval_id, voter_id, groups, decision, channel, comment, voted_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id.uuid())
    .bind(approval.uuid())
    .bind(vote.voter.as_str())
    .bind(json("votes", &vote.groups)?)
    .bind(vote.decision.as_str())
    .bind(channel.as_str())
    .bind(comment)
    .bind(now)
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Closes a locked open approval.
///
/// # Errors
/// When Postgres is away.
pub async fn close(tx: &mut Tx, request: RequestId, state: ApprovalState) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query("UPDATE approvals SET state = $2, closed_at = $3 WHERE request_id = $1 AND state = 'open'")
        .bind(request.uuid())
        .bind(state.as_str())
        .bind(now)
        .execute(tx.connection())
        .await?;
    Ok(())
}
