//! A failed grant is tried again inside the time that was approved, without new votes: as a row of its own, so that what
//! became of the first one stays as it was. The rules of now are asked again before it begins, as always.

use domain::grant::{EndReason, GrantState};
use domain::{Fact, GrantId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use crate::grants::{self, Grant};
use crate::{StoreError, Tx, new_id};

/// Why it is not tried again.
#[derive(Debug, thiserror::Error)]
pub enum NotRetried {
    /// There is no such grant.
    #[error("there is no such grant")]
    Unknown,
    /// It did not fail: it is in this state, for this reason.
    #[error("the grant is {} and did not fail", .0.as_str())]
    DidNotFail(GrantState, Option<EndReason>),
    /// It had to begin by this time.
    #[error("it had to begin by {0}")]
    TooLate(Timestamp),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Schedules it anew, for now. Asked twice, the second answer is the first one's.
///
/// # Errors
/// [`NotRetried`]: why not.
pub async fn retry(tx: &mut Tx, id: GrantId) -> Result<Grant, NotRetried> {
    let failed = grants::lock(tx, &[id.uuid()]).await?.pop().ok_or(NotRetried::Unknown)?;
    let again: Option<uuid::Uuid> = sqlx::query_scalar("SELECT id FROM grants WHERE retry_of = $1")
        .bind(id.uuid())
        .fetch_optional(tx.connection())
        .await
        .map_err(StoreError::from)?;
    if let Some(again) = again {
        return grants::get(tx.connection(), GrantId(again)).await?.ok_or(NotRetried::Unknown);
    }
    if failed.state != GrantState::Ended || failed.reason != Some(EndReason::Failed) {
        return Err(NotRetried::DidNotFail(failed.state, failed.reason));
    }
    let now = tx.now();
    if failed.start_by <= now {
        return Err(NotRetried::TooLate(failed.start_by));
    }
    let again = GrantId(new_id());
    sqlx::query(
        "INSERT INTO grants (id, request_id, ordinal, principal_id, account_id, permission_set_arn, state, minutes, \
             start_at, fixed_end, start_by, approved_at, trace_parent, cut_sessions, session_s, role_name, in_management, \
             retry_of) \
         SELECT $1, request_id, ordinal, principal_id, account_id, permission_set_arn, 'scheduled', minutes, \
             GREATEST(start_at, $2), fixed_end, start_by, approved_at, COALESCE($3, trace_parent), cut_sessions, session_s, \
             role_name, in_management, id FROM grants WHERE id = $4",
    )
    .bind(again.uuid())
    .bind(now.to_sqlx())
    .bind(crate::trace::current())
    .bind(id.uuid())
    .execute(tx.connection())
    .await
    .map_err(StoreError::from)?;
    let (request, tuple) = (failed.request, failed.tuple);
    tx.record(Fact::GrantRetried { grant: again, request, tuple, of: id });
    grants::get(tx.connection(), again).await?.ok_or(NotRetried::Unknown)
}
