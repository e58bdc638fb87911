//! Reviews: what automatic approvals and break-glass owe, a look by a second person after the fact.

use domain::rules::Subjects;
use domain::{Fact, GroupId, RequestId, ReviewId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::unit_of_work::{from_json, json};
use crate::{StoreError, Tx};

/// Who may look.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewers {
    /// Whom the rules name.
    #[serde(default)]
    pub named: Subjects,
    /// Auditors and admins, by a rule that names nobody.
    #[serde(default)]
    pub by_default: bool,
}

/// A look that is owed, or was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Which.
    pub id: ReviewId,
    /// About which request.
    pub request: RequestId,
    /// Whether its break-glass is looked at; else its automatic approval.
    pub break_glass: bool,
    /// Who asked.
    pub requester: UserId,
    /// Who had the access.
    pub beneficiary: UserId,
    /// Who may look.
    pub reviewers: Reviewers,
    /// Since when it is owed.
    pub opened_at: Timestamp,
    /// Until when.
    pub due_at: Timestamp,
    /// What was seen.
    pub done: Option<Looked>,
}

/// What a reviewer said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// Who.
    pub reviewer: UserId,
    /// Whether something was not in order.
    pub concern: bool,
    /// In words.
    pub comment: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Somebody who might look.
#[derive(Debug, Clone)]
pub struct Looker {
    /// Who.
    pub user: UserId,
    /// Who stands in for them now, and for whom they do: [`crate::delegations::one_with`].
    pub one_with: Vec<UserId>,
    /// Their groups.
    pub groups: Vec<GroupId>,
    /// Whether they are an auditor or an admin.
    pub privileged: bool,
}

impl Review {
    /// Whether it is about somebody, or about whoever counts as one person with them.
    #[must_use]
    pub fn is_about(&self, looker: &Looker) -> bool {
        [&self.requester, &self.beneficiary].iter().any(|it| **it == looker.user || looker.one_with.contains(it))
    }

    /// Whether it is somebody's to take: never of those whom it is about.
    #[must_use]
    pub fn is_for(&self, looker: &Looker) -> bool {
        !self.is_about(looker)
            && (self.reviewers.named.name(&looker.user, &looker.groups)
                || (self.reviewers.by_default && looker.privileged))
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    request_id: Uuid,
    break_glass: bool,
    requester_id: String,
    beneficiary_id: String,
    reviewers: serde_json::Value,
    opened_at: jiff_sqlx::Timestamp,
    due_at: jiff_sqlx::Timestamp,
    reviewer_id: Option<String>,
    concern: Option<bool>,
    comment: Option<String>,
    done_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn into_review(self) -> Result<Review, StoreError> {
        let person = |id| UserId::parse(id).map_err(|e| StoreError::impossible("reviews", e));
        let done = match (self.reviewer_id, self.concern, self.done_at) {
            (Some(reviewer), Some(concern), Some(at)) => {
                Some(Looked { reviewer: person(reviewer)?, concern, comment: self.comment, at: at.to_jiff() })
            }
            _ => None,
        };
        Ok(Review {
            id: ReviewId(self.id),
            request: RequestId(self.request_id),
            break_glass: self.break_glass,
            requester: person(self.requester_id)?,
            beneficiary: person(self.beneficiary_id)?,
            reviewers: from_json("reviews", self.reviewers)?,
            opened_at: self.opened_at.to_jiff(),
            due_at: self.due_at.to_jiff(),
            done,
        })
    }
}

fn all(rows: Vec<Row>) -> Result<Vec<Review>, StoreError> {
    rows.into_iter().map(Row::into_review).collect()
}

/// Writes that a look is owed, with its fact.
///
/// # Errors
/// When Postgres is away, or the request owes one of its kind already.
pub async fn open(tx: &mut Tx, review: &Review) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO reviews (id, request_id, break_glass, requester_id, beneficiary_id, reviewers, opened_at, due_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(review.id.uuid())
    .bind(review.request.uuid())
    .bind(review.break_glass)
    .bind(review.requester.as_str())
    .bind(review.beneficiary.as_str())
    .bind(json("reviews", &review.reviewers)?)
    .bind(review.opened_at.to_sqlx())
    .bind(review.due_at.to_sqlx())
    .execute(tx.connection())
    .await?;
    tx.record(Fact::ReviewOpened { review: review.id, request: review.request, due_at: review.due_at });
    Ok(())
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those that are this person's to take.
    pub looker: Option<Looker>,
    /// Only those that are owed, or only those that are not.
    pub open: Option<bool>,
    /// Only those before this one.
    pub before: Option<ReviewId>,
    /// How many at most.
    pub limit: i64,
}

/// The newest first.
///
/// # Errors
/// When Postgres is away.
pub async fn list(connection: &mut PgConnection, filter: &Filter) -> Result<Vec<Review>, StoreError> {
    let looker = filter.looker.as_ref();
    let rows = sqlx::query_as(
        "SELECT * FROM reviews WHERE ($1::bool IS NULL OR (done_at IS NULL) = $1) AND ($2::uuid IS NULL OR id < $2) \
           AND ($3::text IS NULL OR (NOT ARRAY[requester_id, beneficiary_id] && ($7::text[] || $3) AND ( \
               jsonb_exists(reviewers->'named'->'users', $3) OR jsonb_exists_any(reviewers->'named'->'groups', $4::text[]) \
               OR coalesce((reviewers->'named'->>'everyone')::bool, false) \
               OR ($5 AND coalesce((reviewers->>'by_default')::bool, false))))) \
         ORDER BY id DESC LIMIT $6",
    )
    .bind(filter.open)
    .bind(filter.before.map(ReviewId::uuid))
    .bind(looker.map(|l| l.user.as_str()))
    .bind(looker.map(|l| l.groups.iter().map(GroupId::as_str).collect::<Vec<_>>()).unwrap_or_default())
    .bind(looker.is_some_and(|l| l.privileged))
    .bind(filter.limit)
    .bind(looker.map(|l| l.one_with.iter().map(UserId::as_str).collect::<Vec<_>>()).unwrap_or_default())
    .fetch_all(connection)
    .await?;
    all(rows)
}

/// What these requests owe or owed.
///
/// # Errors
/// When Postgres is away.
pub async fn of_requests(connection: &mut PgConnection, requests: &[Uuid]) -> Result<Vec<Review>, StoreError> {
    all(sqlx::query_as("SELECT * FROM reviews WHERE request_id = ANY($1) ORDER BY id")
        .bind(requests)
        .fetch_all(connection)
        .await?)
}

/// One review, locked until the end of the transaction.
///
/// # Errors
/// When Postgres is away.
pub async fn lock(tx: &mut Tx, id: ReviewId) -> Result<Option<Review>, StoreError> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM reviews WHERE id = $1 FOR UPDATE")
        .bind(id.uuid())
        .fetch_optional(tx.connection())
        .await?;
    row.map(Row::into_review).transpose()
}

/// The oldest look that a person's break-glass owes and that is late.
///
/// # Errors
/// When Postgres is away.
pub async fn overdue_of(
    connection: &mut PgConnection,
    person: &UserId,
    now: Timestamp,
) -> Result<Option<Review>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT * FROM reviews WHERE $1 IN (requester_id, beneficiary_id) AND break_glass AND done_at IS NULL AND due_at <= $2 \
         ORDER BY due_at LIMIT 1",
    )
    .bind(person.as_str())
    .bind(now.to_sqlx())
    .fetch_optional(connection)
    .await?;
    row.map(Row::into_review).transpose()
}

/// Writes what a reviewer said about a locked open review, with its fact.
///
/// # Errors
/// The constraint `reviews_second_person`, or when Postgres is away.
pub async fn finish(
    tx: &mut Tx,
    review: &mut Review,
    reviewer: &UserId,
    concern: bool,
    comment: Option<&str>,
) -> Result<(), StoreError> {
    let now = tx.now();
    sqlx::query("UPDATE reviews SET reviewer_id = $2, concern = $3, comment = $4, done_at = $5 WHERE id = $1 AND done_at IS NULL")
        .bind(review.id.uuid())
        .bind(reviewer.as_str())
        .bind(concern)
        .bind(comment)
        .bind(now.to_sqlx())
        .execute(tx.connection())
        .await?;
    review.done = Some(Looked { reviewer: reviewer.clone(), concern, comment: comment.map(str::to_owned), at: now });
    tx.record(Fact::ReviewDone { review: review.id, request: review.request, reviewer: reviewer.clone(), concern });
    Ok(())
}

/// Tells up to `limit` late reviews, each once, with its fact. Those that others are telling are skipped.
///
/// # Errors
/// When Postgres is away.
pub async fn tell_overdue(tx: &mut Tx, limit: i64) -> Result<usize, StoreError> {
    let now = tx.now().to_sqlx();
    let told: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "UPDATE reviews SET told_overdue = true WHERE id IN ( \
             SELECT id FROM reviews WHERE done_at IS NULL AND NOT told_overdue AND due_at <= $1 \
             ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED) \
         RETURNING id, request_id",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(tx.connection())
    .await?;
    for (review, request) in &told {
        tx.record(Fact::ReviewOverdue { review: ReviewId(*review), request: RequestId(*request) });
    }
    Ok(told.len())
}
