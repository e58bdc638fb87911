//! Units, accounts, and the tags of accounts.

use std::collections::BTreeMap;

use domain::AccountId;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;

use super::{Replaced, SyncError, age, begin, plausible, wake};
use crate::directory::syncs::{note_success, note_success_at};
use crate::directory::whole::changed;
use crate::directory::{Account, Part, Unit};
use crate::{StoreError, Tx};

/// Takes over the tree: units and accounts, without the accounts' tags. An account that left is kept as inactive.
///
/// # Errors
/// [`SyncError::Implausible`], or when Postgres is away.
pub async fn replace_organization(tx: &mut Tx, units: &[Unit], accounts: &[Account]) -> Result<Replaced, SyncError> {
    begin(tx, Part::Organization).await?;
    let ids: Vec<&str> = accounts.iter().map(|a| a.id.as_str()).collect();
    let counts =
        sqlx::query_as("SELECT count(*), count(*) FILTER (WHERE id = ANY($1)) FROM directory_accounts WHERE active")
            .bind(&ids)
            .fetch_one(tx.connection())
            .await?;
    let replaced = plausible(tx, Part::Organization, "accounts", counts, accounts.len()).await?;
    let mut written = replace_units(tx, units).await?;
    written += sqlx::query(
        "UPDATE directory_accounts SET active = false, management = false, administration = false \
         WHERE (active OR management OR administration) AND id <> ALL($1)",
    )
    .bind(&ids)
    .execute(tx.connection())
    .await?
    .rows_affected();
    written += sqlx::query(
        "INSERT INTO directory_accounts AS d (id, name, email, active, unit_id, management, administration) \
         SELECT DISTINCT ON (id) * FROM unnest($1::text[], $2::text[], $3::text[], $4::bool[], $5::text[], $6::bool[], $7::bool[]) \
             AS a(id, name, email, active, unit_id, management, administration) \
         ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, email = EXCLUDED.email, active = EXCLUDED.active, \
             unit_id = EXCLUDED.unit_id, management = EXCLUDED.management, administration = EXCLUDED.administration \
         WHERE (d.name, d.email, d.active, d.unit_id, d.management, d.administration) IS DISTINCT FROM \
             (EXCLUDED.name, EXCLUDED.email, EXCLUDED.active, EXCLUDED.unit_id, EXCLUDED.management, EXCLUDED.administration)",
    )
    .bind(&ids)
    .bind(accounts.iter().map(|a| a.name.as_str()).collect::<Vec<_>>())
    .bind(accounts.iter().map(|a| a.email.as_str()).collect::<Vec<_>>())
    .bind(accounts.iter().map(|a| a.active).collect::<Vec<_>>())
    .bind(accounts.iter().map(|a| a.unit.as_str()).collect::<Vec<_>>())
    .bind(accounts.iter().map(|a| a.management).collect::<Vec<_>>())
    .bind(accounts.iter().map(|a| a.administration).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?
    .rows_affected();
    changed(tx, written).await?;
    if written > 0 {
        wake(tx, Part::AccountTags).await?;
    }
    note_success(tx, Part::Organization).await?;
    Ok(replaced)
}

async fn replace_units(tx: &mut Tx, units: &[Unit]) -> Result<u64, SyncError> {
    let ids: Vec<&str> = units.iter().map(|u| u.id.as_str()).collect();
    let counts = sqlx::query_as("SELECT count(*), count(*) FILTER (WHERE id = ANY($1)) FROM directory_units")
        .bind(&ids)
        .fetch_one(tx.connection())
        .await?;
    plausible(tx, Part::Organization, "organizational units", counts, units.len()).await?;
    let deleted = sqlx::query("DELETE FROM directory_units WHERE id <> ALL($1)")
        .bind(&ids)
        .execute(tx.connection())
        .await?
        .rows_affected();
    let written = sqlx::query(
        "INSERT INTO directory_units AS d (id, name, parent_id) \
         SELECT DISTINCT ON (id) * FROM unnest($1::text[], $2::text[], $3::text[]) AS u(id, name, parent_id) \
         ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, parent_id = EXCLUDED.parent_id \
         WHERE (d.name, d.parent_id) IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.parent_id)",
    )
    .bind(&ids)
    .bind(units.iter().map(|u| u.name.as_str()).collect::<Vec<_>>())
    .bind(units.iter().map(|u| u.parent.as_deref()).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?
    .rows_affected();
    Ok(deleted + written)
}

/// Takes over the tags of these accounts. None: AWS does not know the account any more; its tags stay as they were
/// until the next list of accounts says so as well.
///
/// # Errors
/// When Postgres is away.
pub async fn replace_tags(
    tx: &mut Tx,
    accounts: &[(AccountId, Option<BTreeMap<String, String>>)],
) -> Result<Replaced, StoreError> {
    begin(tx, Part::AccountTags).await?;
    let known: Vec<_> = accounts.iter().filter_map(|(id, tags)| Some((id.as_str(), tags.as_ref()?))).collect();
    let now = tx.now().to_sqlx();
    // An account whose tags are known at last is a change, even if there are none.
    let written = sqlx::query(
        "UPDATE directory_accounts a SET tags = n.tags, tags_read_at = $3 FROM unnest($1::text[], $2::jsonb[]) AS n(id, tags) \
         WHERE a.id = n.id AND (a.tags <> n.tags OR a.tags_read_at IS NULL)",
    )
    .bind(known.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(known.iter().map(|(_, tags)| Json(*tags)).collect::<Vec<Json<&BTreeMap<String, String>>>>())
    .bind(now)
    .execute(tx.connection())
    .await?
    .rows_affected();
    sqlx::query(
        "UPDATE directory_accounts SET tags_read_at = $2 WHERE id = ANY($1) AND tags_read_at IS DISTINCT FROM $2",
    )
    .bind(accounts.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>())
    .bind(now)
    .execute(tx.connection())
    .await?;
    changed(tx, written).await?;
    let read = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE tags_read_at IS NULL), min(tags_read_at) FROM directory_accounts WHERE active",
    )
    .fetch_one(tx.connection())
    .await?;
    note_success_at(tx, Part::AccountTags, age(tx, read)).await?;
    Ok(Replaced { there: i64::try_from(accounts.len()).unwrap_or(i64::MAX), vanished: 0 })
}
