//! Receipts: written in the transaction of what they attest, and never changed.

use domain::fact::Evidence;
use domain::grant::EndReason;
use domain::receipt::{Attests, Exposure, FORMAT, Groups, NeverCut, NotKnown, OtherGrant, Receipt, Remaining};
use domain::sessions::{self, Sessions};
use domain::{Fact, GrantId, GroupId, PermissionSetArn};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use receipts::{PublicKey, Signed};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::grants::Grant;
use crate::unit_of_work::from_json;
use crate::{StoreError, Tx, new_id};

/// A receipt as it is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Which.
    pub id: Uuid,
    /// The grant that it is about.
    pub grant: GrantId,
    /// When it was made.
    pub made_at: Timestamp,
    /// What was signed.
    pub signed: Signed,
}

/// What a grant that ends now leaves behind: written into it, and what its receipt says of it.
pub(crate) fn expose(tx: &Tx, grant: &mut Grant, reason: EndReason, evidence: &Evidence) -> (Exposure, Sessions) {
    let sessions = sessions::at_end(&grant.session_terms, reason, evidence, tx.ends().cutting, tx.now());
    let due_at = due_at(grant, reason);
    let exposure = match removed_at(evidence) {
        Some(at) => Exposure::of(due_at, at, sessions::credentials_until(&grant.session_terms, at)),
        None => Exposure::none(due_at),
    };
    grant.removed_at = exposure.removed_at;
    grant.credentials_until = exposure.credentials_until;
    grant.sessions = Some(sessions.clone());
    (exposure, sessions)
}

/// Attests the end of a grant that ended in this transaction. Of what no call was ever made for there is nothing to attest.
pub(crate) async fn attest_end(
    tx: &mut Tx,
    grant: &Grant,
    reason: EndReason,
    evidence: &Evidence,
    (exposure, sessions): (Exposure, Sessions),
) -> Result<(), StoreError> {
    match grant.started_at {
        Some(_) => attest(tx, grant, Attests::End, reason, evidence, exposure, sessions).await,
        None => Ok(()),
    }
}

/// Attests that a grant's sessions are cut, after its end.
pub(crate) async fn attest_cut(tx: &mut Tx, grant: &Grant, sessions: Sessions) -> Result<(), StoreError> {
    let (Some(reason), Some(evidence)) = (grant.reason, &grant.evidence) else { return Ok(()) };
    let due_at = due_at(grant, reason);
    let exposure = match (grant.removed_at, grant.credentials_until) {
        (Some(at), Some(until)) => Exposure::of(due_at, at, until),
        (None, _) | (_, None) => Exposure::none(due_at),
    };
    attest(tx, grant, Attests::SessionsCut, reason, evidence, exposure, sessions).await
}

async fn attest(
    tx: &mut Tx,
    grant: &Grant,
    attests: Attests,
    reason: EndReason,
    evidence: &Evidence,
    exposure: Exposure,
    sessions: Sessions,
) -> Result<(), StoreError> {
    let remaining = remaining(tx.connection(), grant, Some(evidence)).await?;
    let receipt = Receipt {
        format: FORMAT.to_owned(),
        id: new_id(),
        attests,
        made_at: tx.now(),
        grant: grant.id,
        request: grant.request,
        tuple: grant.tuple.clone(),
        permission_set_name: grant.session_terms.role_name.clone(),
        reason,
        evidence: evidence.clone(),
        exposure,
        never_cut: NeverCut::ALL.to_vec(),
        sessions,
        remaining,
    };
    let signed =
        Signed::of(&receipt, tx.ends().receipts.as_deref()).map_err(|e| StoreError::impossible("receipts", e))?;
    sqlx::query(
        "INSERT INTO receipts (id, grant_id, request_id, attests, signed, key_id, signature, made_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(receipt.id)
    .bind(grant.id.uuid())
    .bind(grant.request.uuid())
    .bind(attests.as_str())
    .bind(&signed.signed)
    .bind(&signed.key_id)
    .bind(&signed.signature)
    .bind(tx.now().to_sqlx())
    .execute(tx.connection())
    .await?;
    tx.record(Fact::ReceiptMade {
        receipt: receipt.id,
        grant: grant.id,
        request: grant.request,
        digest: hex::encode(Sha256::digest(signed.signed.as_bytes())),
        key_id: signed.key_id,
    });
    Ok(())
}

/// When it should have been gone: at its deadline, or when somebody ended it before.
fn due_at(grant: &Grant, reason: EndReason) -> Option<Timestamp> {
    match reason {
        EndReason::Deadline => grant.deadline_at,
        EndReason::EndedByRequester
        | EndReason::Revoked
        | EndReason::Failed
        | EndReason::Cancelled
        | EndReason::UserDisabled
        | EndReason::Emergency
        | EndReason::NoLongerAllowed => match (grant.revoking_at, grant.deadline_at) {
            (Some(asked), Some(deadline)) => Some(asked.min(deadline)),
            (asked, deadline) => asked.or(deadline),
        },
    }
}

/// When a read first showed it gone; none where nothing was taken away.
const fn removed_at(evidence: &Evidence) -> Option<Timestamp> {
    match evidence {
        Evidence::DeletedAndReadBack { read_at } => Some(*read_at),
        Evidence::AbsentTwice { second_at, .. } => Some(*second_at),
        Evidence::NeverAttempted | Evidence::KeptByAnotherGrant { .. } | Evidence::PreExistingLeft => None,
    }
}

#[derive(sqlx::FromRow)]
struct RemainingRow {
    others: serde_json::Value,
    origin: Option<String>,
    held_by_groups: Option<Vec<String>>,
    by_groups: Option<Vec<String>>,
    held_read_at: Option<jiff_sqlx::Timestamp>,
}

#[derive(serde::Deserialize)]
struct Other {
    id: Uuid,
    permission_set: String,
    until: Option<Timestamp>,
}

/// What the person still has in the account, beside this grant, as far as is known. `evidence` is how the grant ended, if
/// it did.
///
/// # Errors
/// When Postgres is away.
pub async fn remaining(
    connection: &mut PgConnection,
    grant: &Grant,
    evidence: Option<&Evidence>,
) -> Result<Remaining, StoreError> {
    let row: RemainingRow = sqlx::query_as(
        "SELECT a.origin, a.held_by_groups, a.held_read_at, \
             (SELECT array_agg(m.group_id ORDER BY m.group_id) FROM directory_members m \
              WHERE m.user_id = $1 AND m.group_id = ANY(a.held_by_groups)) AS by_groups, \
             (SELECT coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'permission_set', g.permission_set_arn, \
                  'until', g.deadline_at) ORDER BY g.id), '[]') FROM grants g \
              WHERE g.principal_id = $1 AND g.account_id = $2 AND g.id <> $3 AND g.state IN ('granting', 'active')) AS others \
         FROM (SELECT 1) one LEFT JOIN assignments a ON a.id = $4",
    )
    .bind(grant.tuple.principal.as_str())
    .bind(grant.tuple.account.as_str())
    .bind(grant.id.uuid())
    .bind(grant.assignment.map(domain::AssignmentId::uuid))
    .fetch_one(connection)
    .await?;
    let others: Vec<Other> = from_json("grants", row.others)?;
    let bad = |e: domain::InvalidId| StoreError::impossible("assignments", e);
    let grants = others
        .into_iter()
        .map(|other| {
            let permission_set = PermissionSetArn::parse(other.permission_set).map_err(bad)?;
            Ok(OtherGrant { grant: GrantId(other.id), permission_set, until: other.until })
        })
        .collect::<Result<_, StoreError>>()?;
    let mut not_known = vec![NotKnown::AssignedMeanwhile, NotKnown::OtherPermissionSets];
    let groups = match (row.held_by_groups, row.held_read_at) {
        (Some(_), Some(read_at)) => Groups::Read {
            groups: row
                .by_groups
                .unwrap_or_default()
                .into_iter()
                .map(|id| GroupId::parse(id).map_err(bad))
                .collect::<Result<_, StoreError>>()?,
            read_at: read_at.to_jiff(),
        },
        (None, _) | (_, None) => {
            not_known.push(NotKnown::ByGroup);
            Groups::NotRead
        }
    };
    let left = matches!(evidence, Some(Evidence::PreExistingLeft));
    Ok(Remaining { grants, pre_existing: left || row.origin.as_deref() == Some("pre_existing"), groups, not_known })
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    grant_id: Uuid,
    made_at: jiff_sqlx::Timestamp,
    signed: String,
    key_id: Option<String>,
    signature: Option<String>,
}

/// The receipts of a request's grants, in the order in which they were made.
///
/// # Errors
/// When Postgres is away.
pub async fn of_request(connection: &mut PgConnection, request: domain::RequestId) -> Result<Vec<Kept>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, grant_id, made_at, signed, key_id, signature FROM receipts WHERE request_id = $1 ORDER BY id",
    )
    .bind(request.uuid())
    .fetch_all(connection)
    .await?;
    let kept = |row: Row| Kept {
        id: row.id,
        grant: GrantId(row.grant_id),
        made_at: row.made_at.to_jiff(),
        signed: Signed { signed: row.signed, key_id: row.key_id, signature: row.signature },
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// Keeps a key's public part, so that what it signed can be verified when another has taken its place.
///
/// # Errors
/// When Postgres is away.
pub async fn keep_key(connection: &mut PgConnection, key: &PublicKey, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO receipt_keys (key_id, public_key, first_seen) VALUES ($1, $2, $3) ON CONFLICT (key_id) DO NOTHING",
    )
    .bind(&key.key_id)
    .bind(&key.public_key)
    .bind(now.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Every key that ever signed, the newest first.
///
/// # Errors
/// When Postgres is away.
pub async fn keys(connection: &mut PgConnection) -> Result<Vec<PublicKey>, StoreError> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT public_key FROM receipt_keys ORDER BY first_seen DESC, key_id")
        .fetch_all(connection)
        .await?;
    rows.iter().map(|(key,)| PublicKey::parse(key).map_err(|e| StoreError::impossible("receipt_keys", e))).collect()
}
