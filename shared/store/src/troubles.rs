//! Since when an assignment's work goes wrong, and how. Valid while the assignment counts tries; a success ends the
//! count, and the next trouble begins anew.

use domain::AssignmentId;
use jiff_sqlx::ToSqlx;

use crate::{StoreError, Tx};

/// A step went wrong; `first` where it is the first one since a success.
///
/// # Errors
/// When Postgres is away.
pub(crate) async fn note(tx: &mut Tx, id: AssignmentId, first: bool) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query(
        "INSERT INTO troubles (assignment_id, since) VALUES ($1, $2) ON CONFLICT (assignment_id) DO UPDATE \
         SET since = CASE WHEN $3 THEN $2 ELSE troubles.since END, class = NULL",
    )
    .bind(id.uuid())
    .bind(now)
    .bind(first)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Waiting a little does not help against the trouble that was noted in this transaction: the assignment is parked, and
/// tried on slowly.
///
/// # Errors
/// When Postgres is away.
pub async fn park(tx: &mut Tx, id: AssignmentId, class: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE troubles SET class = $2 WHERE assignment_id = $1")
        .bind(id.uuid())
        .bind(class)
        .execute(tx.connection())
        .await?;
    Ok(())
}
