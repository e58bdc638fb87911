//! Permission sets, and what they allow.

use std::collections::BTreeMap;

use domain::PermissionSetArn;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;

use super::{Replaced, SyncError, age, begin, plausible, wake};
use crate::directory::syncs::{note_success, note_success_at};
use crate::directory::whole::changed;
use crate::directory::{Part, PermissionSet};
use crate::{StoreError, Tx};

/// Takes over every permission set, without what it allows. One that is gone is deleted; requests keep the name that
/// they resolved.
///
/// # Errors
/// [`SyncError::Implausible`], or when Postgres is away.
pub async fn replace_permission_sets(tx: &mut Tx, sets: &[PermissionSet]) -> Result<Replaced, SyncError> {
    begin(tx, Part::PermissionSets).await?;
    let arns: Vec<&str> = sets.iter().map(|p| p.arn.as_str()).collect();
    let counts =
        sqlx::query_as("SELECT count(*), count(*) FILTER (WHERE arn = ANY($1)) FROM directory_permission_sets")
            .bind(&arns)
            .fetch_one(tx.connection())
            .await?;
    let replaced = plausible(tx, Part::PermissionSets, "permission sets", counts, sets.len()).await?;
    let mut written = sqlx::query("DELETE FROM directory_permission_sets WHERE arn <> ALL($1)")
        .bind(&arns)
        .execute(tx.connection())
        .await?
        .rows_affected();
    written += sqlx::query(
        "INSERT INTO directory_permission_sets AS d (arn, name, description, session_s, tags) \
         SELECT DISTINCT ON (arn) * FROM unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::jsonb[]) \
             AS p(arn, name, description, session_s, tags) \
         ON CONFLICT (arn) DO UPDATE SET name = EXCLUDED.name, description = EXCLUDED.description, \
             session_s = EXCLUDED.session_s, tags = EXCLUDED.tags \
         WHERE (d.name, d.description, d.session_s, d.tags) IS DISTINCT FROM \
             (EXCLUDED.name, EXCLUDED.description, EXCLUDED.session_s, EXCLUDED.tags)",
    )
    .bind(&arns)
    .bind(sets.iter().map(|p| p.name.as_str()).collect::<Vec<_>>())
    .bind(sets.iter().map(|p| p.description.as_deref()).collect::<Vec<_>>())
    .bind(sets.iter().map(|p| p.session_s).collect::<Vec<_>>())
    .bind(sets.iter().map(|p| Json(&p.tags)).collect::<Vec<Json<&BTreeMap<String, String>>>>())
    .execute(tx.connection())
    .await?
    .rows_affected();
    changed(tx, written).await?;
    if written > 0 {
        wake(tx, Part::PermissionSetContents).await?;
    }
    note_success(tx, Part::PermissionSets).await?;
    Ok(replaced)
}

/// Takes over the hashes of what these permission sets allow. None: AWS does not know the permission set any more; the
/// hash stays as it was until the next list says so as well.
///
/// # Errors
/// When Postgres is away.
pub async fn replace_contents(
    tx: &mut Tx,
    sets: &[(PermissionSetArn, Option<String>)],
) -> Result<Replaced, StoreError> {
    begin(tx, Part::PermissionSetContents).await?;
    let known: Vec<_> = sets.iter().filter_map(|(arn, hash)| Some((arn.as_str(), hash.as_deref()?))).collect();
    let now = tx.now().to_sqlx();
    let written = sqlx::query(
        "UPDATE directory_permission_sets p SET content_hash = n.hash FROM unnest($1::text[], $2::text[]) AS n(arn, hash) \
         WHERE p.arn = n.arn AND p.content_hash IS DISTINCT FROM n.hash",
    )
    .bind(known.iter().map(|(arn, _)| *arn).collect::<Vec<_>>())
    .bind(known.iter().map(|(_, hash)| *hash).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?
    .rows_affected();
    sqlx::query("UPDATE directory_permission_sets SET content_read_at = $2 WHERE arn = ANY($1)")
        .bind(sets.iter().map(|(arn, _)| arn.as_str()).collect::<Vec<_>>())
        .bind(now)
        .execute(tx.connection())
        .await?;
    changed(tx, written).await?;
    let read = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE content_read_at IS NULL), min(content_read_at) FROM directory_permission_sets",
    )
    .fetch_one(tx.connection())
    .await?;
    note_success_at(tx, Part::PermissionSetContents, age(tx, read)).await?;
    Ok(Replaced { there: i64::try_from(sets.len()).unwrap_or(i64::MAX), vanished: 0 })
}
