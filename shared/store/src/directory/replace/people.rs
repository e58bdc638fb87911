//! Users and groups.

use domain::UserId;
use jiff_sqlx::ToSqlx;

use super::{Replaced, SyncError, begin, plausible, wake};
use crate::Tx;
use crate::directory::syncs::note_success;
use crate::directory::{Group, Part, User};

/// From so many enabled people on it is strange that more than half of them are disabled at once.
const MANY: i64 = 10;

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
    let replaced = plausible(tx, Part::Users, "users", counts, users.len()).await?;
    let disabled: Vec<&str> = users.iter().filter(|u| !u.active).map(|u| u.id.as_str()).collect();
    let (enabled, losing): (i64, i64) = sqlx::query_as(
        "SELECT count(*), count(*) FILTER (WHERE id = ANY($1)) FROM directory_users WHERE gone_at IS NULL AND active",
    )
    .bind(disabled)
    .fetch_one(tx.connection())
    .await?;
    if enabled >= MANY {
        // Whoever is disabled loses all access: half of a company at once is more likely a wrong answer.
        plausible(tx, Part::Users, "enabled users", (enabled, enabled - losing), users.len()).await?;
    }
    sqlx::query("UPDATE directory_users SET gone_at = $2, active = false WHERE gone_at IS NULL AND id <> ALL($1)")
        .bind(&ids)
        .bind(now)
        .execute(tx.connection())
        .await?;
    let written = sqlx::query(
        "INSERT INTO directory_users AS d (id, user_name, display_name, email, active, manager_id) \
         SELECT DISTINCT ON (id) * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::text[]) \
             AS u(id, user_name, display_name, email, active, manager_id) \
         ON CONFLICT (id) DO UPDATE SET user_name = EXCLUDED.user_name, display_name = EXCLUDED.display_name, \
             email = EXCLUDED.email, active = EXCLUDED.active, manager_id = EXCLUDED.manager_id, gone_at = NULL \
         WHERE (d.user_name, d.display_name, d.email, d.active, d.manager_id, d.gone_at) IS DISTINCT FROM \
             (EXCLUDED.user_name, EXCLUDED.display_name, EXCLUDED.email, EXCLUDED.active, EXCLUDED.manager_id, NULL::timestamptz)",
    )
    .bind(&ids)
    .bind(users.iter().map(|u| u.user_name.as_str()).collect::<Vec<_>>())
    .bind(users.iter().map(|u| u.display_name.as_str()).collect::<Vec<_>>())
    .bind(users.iter().map(|u| u.email.as_deref()).collect::<Vec<_>>())
    .bind(users.iter().map(|u| u.active).collect::<Vec<_>>())
    .bind(users.iter().map(|u| u.manager.as_ref().map(UserId::as_str)).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?
    .rows_affected();
    if written > 0 {
        wake(tx, Part::Members).await?;
    }
    note_success(tx, Part::Users).await?;
    Ok(replaced)
}

/// Takes over every group, without its members. Those of a group that is gone go with it.
///
/// # Errors
/// [`SyncError::Implausible`], or when Postgres is away.
pub async fn replace_groups(tx: &mut Tx, groups: &[Group]) -> Result<Replaced, SyncError> {
    begin(tx, Part::Groups).await?;
    let ids: Vec<&str> = groups.iter().map(|g| g.id.as_str()).collect();
    let counts = sqlx::query_as("SELECT count(*), count(*) FILTER (WHERE id = ANY($1)) FROM directory_groups")
        .bind(&ids)
        .fetch_one(tx.connection())
        .await?;
    let replaced = plausible(tx, Part::Groups, "groups", counts, groups.len()).await?;
    if replaced.vanished > 0 {
        sqlx::query("DELETE FROM directory_groups WHERE id <> ALL($1)").bind(&ids).execute(tx.connection()).await?;
        sqlx::query("DELETE FROM directory_members m WHERE NOT EXISTS (SELECT 1 FROM directory_groups g WHERE g.id = m.group_id)")
            .execute(tx.connection())
            .await?;
    }
    let written = sqlx::query(
        "INSERT INTO directory_groups AS d (id, name) SELECT DISTINCT ON (id) * FROM unnest($1::text[], $2::text[]) AS g(id, name) \
         ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name WHERE d.name <> EXCLUDED.name",
    )
    .bind(&ids)
    .bind(groups.iter().map(|g| g.name.as_str()).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?
    .rows_affected();
    if written > 0 {
        wake(tx, Part::Members).await?;
    }
    note_success(tx, Part::Groups).await?;
    Ok(replaced)
}
