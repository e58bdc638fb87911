//! What selectors reached when it was last looked, so that what they reach since then can be announced.

use std::collections::BTreeMap;

use domain::rules::Reached;
use domain::{AccountId, PermissionSetArn};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{StoreError, Tx};

/// The revisions of documents and directory at the last look, locked; `None` while another process looks.
///
/// # Errors
/// When Postgres is away.
pub async fn lock(tx: &mut Tx) -> Result<Option<(i64, i64)>, StoreError> {
    let values: Vec<(String, i64)> = sqlx::query_as(
        "SELECT name, value FROM revisions WHERE name IN ('reaches of policy', 'reaches of directory') \
         ORDER BY name FOR UPDATE SKIP LOCKED",
    )
    .fetch_all(tx.connection())
    .await?;
    let value = |wanted: &str| values.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
    Ok(value("reaches of policy").zip(value("reaches of directory")))
}

/// Notes the revisions that were looked at.
///
/// # Errors
/// When Postgres is away.
pub async fn looked(tx: &mut Tx, documents: i64, directory: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE revisions SET value = CASE name WHEN 'reaches of policy' THEN $1 ELSE $2 END \
         WHERE name IN ('reaches of policy', 'reaches of directory')",
    )
    .bind(documents)
    .bind(directory)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What a document reached, and at which of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// The document's version then.
    pub version: i64,
    /// The accounts.
    pub accounts: Vec<AccountId>,
    /// The permission sets.
    pub permission_sets: Vec<PermissionSetArn>,
}

/// What every document reached at the last look.
///
/// # Errors
/// When Postgres is away or a row cannot be read.
pub async fn all(connection: &mut PgConnection) -> Result<BTreeMap<Uuid, Before>, StoreError> {
    let rows: Vec<(Uuid, i64, Vec<String>, Vec<String>)> =
        sqlx::query_as("SELECT document_id, version, accounts, permission_sets FROM reaches")
            .fetch_all(connection)
            .await?;
    let bad = |e: domain::InvalidId| StoreError::impossible("reaches", e);
    rows.into_iter()
        .map(|(id, version, accounts, sets)| {
            let accounts = accounts.into_iter().map(AccountId::parse).collect::<Result<_, _>>().map_err(bad)?;
            let permission_sets =
                sets.into_iter().map(PermissionSetArn::parse).collect::<Result<_, _>>().map_err(bad)?;
            Ok((id, Before { version, accounts, permission_sets }))
        })
        .collect()
}

/// Keeps what a document reaches now.
///
/// # Errors
/// When Postgres is away.
pub async fn keep(tx: &mut Tx, reached: &Reached) -> Result<(), StoreError> {
    let accounts: Vec<&str> = reached.accounts.iter().map(AccountId::as_str).collect();
    let sets: Vec<&str> = reached.permission_sets.iter().map(PermissionSetArn::as_str).collect();
    sqlx::query(
        "INSERT INTO reaches (document_id, version, accounts, permission_sets) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (document_id) DO UPDATE SET version = $2, accounts = $3, permission_sets = $4",
    )
    .bind(reached.id)
    .bind(reached.version)
    .bind(accounts)
    .bind(sets)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Forgets documents that have no such selectors any more.
///
/// # Errors
/// When Postgres is away.
pub async fn forget(tx: &mut Tx, ids: &[Uuid]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM reaches WHERE document_id = ANY($1)").bind(ids).execute(tx.connection()).await?;
    Ok(())
}
