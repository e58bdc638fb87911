//! What operators do about parked things. Nothing is deleted: what was retried or acknowledged says so.

use domain::parked::{Handling, ParkedKind};
use domain::{AssignmentId, DeliveryId, Fact};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::Parked;
use crate::unit_of_work::json;
use crate::{StoreError, Tx, deliveries};

/// What a retry leaves to do outside of this transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Nothing: a worker finds it.
    Found,
    /// The message has to be handed to the broker again, and then [`republished`].
    Republish,
    /// The grant is tried again by its own verb.
    Grant,
}

/// Makes it due at once, where a worker finds it by itself.
///
/// # Errors
/// When Postgres is away.
pub async fn begin_retry(tx: &mut Tx, parked: &Parked) -> Result<Retry, StoreError> {
    match parked.kind {
        ParkedKind::Assignment => at_once(tx, AssignmentId(parked.id)).await?,
        ParkedKind::Delivery => deliveries::replay(tx, DeliveryId(parked.id)).await?,
        ParkedKind::Fact => {
            sqlx::query("UPDATE outbox SET claimed_until = NULL WHERE id = $1")
                .bind(parked.id)
                .execute(tx.connection())
                .await?;
        }
        ParkedKind::Message => return Ok(Retry::Republish),
        ParkedKind::Grant => return Ok(Retry::Grant),
    }
    record(tx, parked, Handling::Retried, None);
    Ok(Retry::Found)
}

/// Makes an assignment's work due now, whatever its rest would be. What a worker holds just now, it tries now.
pub(crate) async fn at_once(tx: &mut Tx, id: AssignmentId) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query(
        "UPDATE assignments SET due_at = LEAST(due_at, $2) WHERE id = $1 AND work <> 'none' \
           AND NOT (work = 'delete' AND (COALESCE(create_fence > $2, false) OR (attempt IS NOT DISTINCT FROM 'create' AND operation_id IS NULL)))",
    )
    .bind(id.uuid())
    .bind(now)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A parked message's queue and body, locked, while nobody has republished it.
///
/// # Errors
/// When Postgres is away.
pub async fn message(tx: &mut Tx, id: Uuid) -> Result<Option<(String, Vec<u8>)>, StoreError> {
    Ok(sqlx::query_as("SELECT queue, body FROM parked WHERE id = $1 AND retried_at IS NULL FOR UPDATE")
        .bind(id)
        .fetch_optional(tx.connection())
        .await?)
}

/// The broker took the message again.
///
/// # Errors
/// When Postgres is away: it is handed over again then, which subscribers bear.
pub async fn republished(tx: &mut Tx, parked: &Parked) -> Result<(), StoreError> {
    let (now, by) = (tx.now().to_sqlx(), json("parked", tx.actor())?);
    sqlx::query("UPDATE parked SET retried_at = $2, retried_by = $3 WHERE id = $1")
        .bind(parked.id)
        .bind(now)
        .bind(by)
        .execute(tx.connection())
        .await?;
    record(tx, parked, Handling::Retried, None);
    Ok(())
}

/// Notes that somebody knows; it stays listed, and what is tried on is tried on. Where it gets through and is parked
/// again later, nobody knows of that yet.
///
/// # Errors
/// When Postgres is away.
pub async fn acknowledge(tx: &mut Tx, parked: &Parked, note: Option<&str>) -> Result<(), StoreError> {
    if parked.acknowledged.is_some() {
        return Ok(());
    }
    let (now, by) = (tx.now().to_sqlx(), json("acknowledgements", tx.actor())?);
    sqlx::query(
        "INSERT INTO acknowledgements (kind, subject, acknowledged_by, acknowledged_at, note) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (kind, subject) DO UPDATE SET acknowledged_by = EXCLUDED.acknowledged_by, \
             acknowledged_at = EXCLUDED.acknowledged_at, note = EXCLUDED.note",
    )
    .bind(parked.kind.as_str())
    .bind(parked.id)
    .bind(by)
    .bind(now)
    .bind(note)
    .execute(tx.connection())
    .await?;
    record(tx, parked, Handling::Acknowledged, note);
    Ok(())
}

fn record(tx: &mut Tx, parked: &Parked, handling: Handling, note: Option<&str>) {
    tx.record(Fact::ParkedHandled { kind: parked.kind, id: parked.id, handling, note: note.map(str::to_owned) });
}
