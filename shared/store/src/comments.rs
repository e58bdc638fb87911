//! What people ask and answer about a request while they decide.

use domain::{CommentId, Fact, RequestId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{StoreError, Tx, new_id};

/// Something said about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Which.
    pub id: CommentId,
    /// Who said it.
    pub author: UserId,
    /// Whether it wants an answer.
    pub question: bool,
    /// The words.
    pub text: String,
    /// When.
    pub said_at: Timestamp,
}

/// Writes it, with its fact.
///
/// # Errors
/// When Postgres is away.
pub async fn insert(
    tx: &mut Tx,
    request: RequestId,
    author: &UserId,
    question: bool,
    text: &str,
) -> Result<Said, StoreError> {
    let said =
        Said { id: CommentId(new_id()), author: author.clone(), question, text: text.to_owned(), said_at: tx.now() };
    sqlx::query(
        "INSERT INTO comments (id, request_id, author_id, question, body, said_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(said.id.uuid())
    .bind(request.uuid())
    .bind(author.as_str())
    .bind(question)
    .bind(text)
    .bind(said.said_at.to_sqlx())
    .execute(tx.connection())
    .await?;
    tx.record(Fact::RequestCommented { request, comment: said.id, author: author.clone(), question });
    Ok(said)
}

/// What was said about a request, the oldest first.
///
/// # Errors
/// When Postgres is away.
pub async fn of_request(connection: &mut PgConnection, request: RequestId) -> Result<Vec<Said>, StoreError> {
    type Row = (Uuid, String, bool, String, jiff_sqlx::Timestamp);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, author_id, question, body, said_at FROM comments WHERE request_id = $1 ORDER BY id LIMIT 1000",
    )
    .bind(request.uuid())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(id, author, question, text, said_at)| {
            let author = UserId::parse(author).map_err(|e| StoreError::impossible("comments", e))?;
            Ok(Said { id: CommentId(id), author, question, text, said_at: said_at.to_jiff() })
        })
        .collect()
}
