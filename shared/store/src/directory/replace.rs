//! Taking over what was read: each part whole, in one transaction. People are never deleted, since requests
//! and votes name them for years; whoever vanished is marked as gone.

use std::collections::BTreeMap;

use domain::UserId;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;

use super::syncs::note_success;
use super::{Account, Group, Part, PermissionSet, Unit, User};
use crate::{StoreError, Tx};

/// How much a part changed in size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    /// What is there now.
    pub there: i64,
    /// What was there and is gone.
    pub vanished: i64,
}

/// Why a part was not taken over.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// More than half would vanish at once: more likely a wrong answer than a true one.
    #[error("{vanished} of {had} {what} would vanish at once; the last good copy is kept")]
    Implausible {
        /// Of what.
        what: &'static str,
        /// How many there are.
        had: i64,
        /// How many would be gone.
        vanished: i64,
    },
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for SyncError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Two processes that read the same part at once take it over one after the other.
async fn begin(tx: &mut Tx, part: Part) -> Result<(), StoreError> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext('directory_syncs'), hashtext($1))")
        .bind(part.as_str())
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn plausible(what: &'static str, (had, kept): (i64, i64), there: usize) -> Result<Replaced, SyncError> {
    let vanished = had - kept;
    if vanished * 2 > had {
        return Err(SyncError::Implausible { what, had, vanished });
    }
    Ok(Replaced { there: i64::try_from(there).unwrap_or(i64::MAX), vanished })
}

/// Takes over everybody in Identity Store.
///
/// # Errors
/// [`SyncError::Implausible`], or when Postgres is away.
pub async fn replace_users(tx: &mut Tx, users: &[User]) -> Result<Replaced, SyncError> {
    begin(tx, Part::Users).await?;
    let now = tx.now().to_sqlx();
    let ids: Vec<&str> = users.iter().map(|u| u.id.as_str()).collect();
    let counts = sqlx::query_as(
        "SELECT count(*), count(*) FILTER (WHERE id = ANY($1)) FROM directory_users WHERE gone_at IS NULL",
    )
    .bind(&ids)
    .fetch_one(tx.connection())
    .await?;
    let replaced = plausible("users", counts, users.len())?;
    sqlx::query("UPDATE directory_users SET gone_at = $2, active = false WHERE gone_at IS NULL AND id <> ALL($1)")
        .bind(&ids)
        .bind(now)
        .execute(tx.connection())
        .await?;
    sqlx::query(
        "INSERT INTO directory_users AS d (id, user_name, display_name, email, active) \
         SELECT DISTINCT ON (id) * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[]) \
             AS u(id, user_name, display_name, email, active) \
         ON CONFLICT (id) DO UPDATE SET user_name = EXCLUDED.user_name, display_name = EXCLUDED.display_name, \
             email = EXCLUDED.email, active = EXCLUDED.active, gone_at = NULL \
         WHERE (d.user_name, d.display_name, d.email, d.active, d.gone_at) \
             IS DISTINCT FROM (EXCLUDED.user_name, EXCLUDED.display_name, EXCLUDED.email, EXCLUDED.active, NULL::timestamptz)",
    )
    .bind(&ids)
    .bind(users.iter().map(|u| u.user_name.as_str()).collect::<Vec<_>>())
    .bind(users.iter().map(|u| u.display_name.as_str()).collect::<Vec<_>>())
    .bind(users.iter().map(|u| u.email.as_deref()).collect::<Vec<_>>())
    .bind(users.iter().map(|u| u.active).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    note_success(tx, Part::Users).await?;
    Ok(replaced)
}

/// Takes over every group with its members.
///
/// # Errors
/// [`SyncError::Implausible`], or when Postgres is away.
pub async fn replace_groups(tx: &mut Tx, groups: &[(Group, Vec<UserId>)]) -> Result<Replaced, SyncError> {
    begin(tx, Part::Groups).await?;
    let ids: Vec<&str> = groups.iter().map(|(g, _)| g.id.as_str()).collect();
    let counts = sqlx::query_as("SELECT count(*), count(*) FILTER (WHERE id = ANY($1)) FROM directory_groups")
        .bind(&ids)
        .fetch_one(tx.connection())
        .await?;
    let replaced = plausible("groups", counts, groups.len())?;
    sqlx::query("DELETE FROM directory_groups WHERE id <> ALL($1)").bind(&ids).execute(tx.connection()).await?;
    sqlx::query(
        "INSERT INTO directory_groups AS d (id, name) SELECT DISTINCT ON (id) * FROM unnest($1::text[], $2::text[]) AS g(id, name) \
         ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name WHERE d.name <> EXCLUDED.name",
    )
    .bind(&ids)
    .bind(groups.iter().map(|(g, _)| g.name.as_str()).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    let pairs = || groups.iter().flat_map(|(g, members)| members.iter().map(move |m| (g.id.as_str(), m.as_str())));
    let (of, who): (Vec<&str>, Vec<&str>) = pairs().unzip();
    sqlx::query(
        "WITH new AS (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS n(group_id, user_id)), \
         gone AS (DELETE FROM directory_members m WHERE NOT EXISTS ( \
             SELECT 1 FROM new n WHERE n.group_id = m.group_id AND n.user_id = m.user_id)) \
         INSERT INTO directory_members (group_id, user_id) SELECT group_id, user_id FROM new ON CONFLICT DO NOTHING",
    )
    .bind(of)
    .bind(who)
    .execute(tx.connection())
    .await?;
    note_success(tx, Part::Groups).await?;
    Ok(replaced)
}

/// Takes over the tree: units and accounts. An account that left is kept as inactive.
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
    let replaced = plausible("accounts", counts, accounts.len())?;
    let unit_ids: Vec<&str> = units.iter().map(|u| u.id.as_str()).collect();
    sqlx::query("DELETE FROM directory_units WHERE id <> ALL($1)").bind(&unit_ids).execute(tx.connection()).await?;
    sqlx::query(
        "INSERT INTO directory_units AS d (id, name, parent_id) \
         SELECT DISTINCT ON (id) * FROM unnest($1::text[], $2::text[], $3::text[]) AS u(id, name, parent_id) \
         ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, parent_id = EXCLUDED.parent_id \
         WHERE (d.name, d.parent_id) IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.parent_id)",
    )
    .bind(&unit_ids)
    .bind(units.iter().map(|u| u.name.as_str()).collect::<Vec<_>>())
    .bind(units.iter().map(|u| u.parent.as_deref()).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    sqlx::query("UPDATE directory_accounts SET active = false, management = false WHERE active AND id <> ALL($1)")
        .bind(&ids)
        .execute(tx.connection())
        .await?;
    sqlx::query(
        "INSERT INTO directory_accounts AS d (id, name, email, active, unit_id, tags, management) \
         SELECT DISTINCT ON (id) * FROM unnest($1::text[], $2::text[], $3::text[], $4::bool[], $5::text[], $6::jsonb[], $7::bool[]) \
             AS a(id, name, email, active, unit_id, tags, management) \
         ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, email = EXCLUDED.email, active = EXCLUDED.active, \
             unit_id = EXCLUDED.unit_id, tags = EXCLUDED.tags, management = EXCLUDED.management \
         WHERE (d.name, d.email, d.active, d.unit_id, d.tags, d.management) IS DISTINCT FROM \
             (EXCLUDED.name, EXCLUDED.email, EXCLUDED.active, EXCLUDED.unit_id, EXCLUDED.tags, EXCLUDED.management)",
    )
    .bind(&ids)
    .bind(accounts.iter().map(|a| a.name.as_str()).collect::<Vec<_>>())
    .bind(accounts.iter().map(|a| a.email.as_str()).collect::<Vec<_>>())
    .bind(accounts.iter().map(|a| a.active).collect::<Vec<_>>())
    .bind(accounts.iter().map(|a| a.unit.as_str()).collect::<Vec<_>>())
    .bind(accounts.iter().map(|a| Json(&a.tags)).collect::<Vec<Json<&BTreeMap<String, String>>>>())
    .bind(accounts.iter().map(|a| a.management).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    note_success(tx, Part::Organization).await?;
    Ok(replaced)
}

/// Takes over every permission set. One that is gone is deleted; requests keep the name that they resolved.
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
    let replaced = plausible("permission sets", counts, sets.len())?;
    sqlx::query("DELETE FROM directory_permission_sets WHERE arn <> ALL($1)")
        .bind(&arns)
        .execute(tx.connection())
        .await?;
    sqlx::query(
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
    .await?;
    note_success(tx, Part::PermissionSets).await?;
    Ok(replaced)
}
