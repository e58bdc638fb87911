//! What some things are called, and what else is called the same: enough to tell whether a name stands for one alone,
//! without reading everybody.

use domain::{AccountId, PermissionSetArn, UserId};
use sqlx::PgConnection;

use super::{Group, group, user_id};
use crate::StoreError;

/// Some of each sort, and their namesakes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// People by what they sign in with, gone ones too.
    pub users: Vec<(UserId, String)>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Accounts, inactive ones too.
    pub accounts: Vec<(AccountId, String)>,
    /// Permission sets.
    pub permission_sets: Vec<(PermissionSetArn, String)>,
}

/// Those with these ids, of whatever sort, and all of their sort that are called the same.
///
/// # Errors
/// When Postgres is away.
pub async fn alike(connection: &mut PgConnection, ids: &[String]) -> Result<Alike, StoreError> {
    let users = named(
        connection,
        "SELECT id, user_name FROM directory_users \
         WHERE lower(user_name) IN (SELECT lower(user_name) FROM directory_users WHERE id = ANY($1)) ORDER BY id",
        ids,
    );
    let users = users.await?.into_iter().map(|(id, name)| Ok((user_id("directory_users", id)?, name)));
    let users = users.collect::<Result<_, StoreError>>()?;
    let groups = named(
        connection,
        "SELECT id, name FROM directory_groups \
         WHERE lower(name) IN (SELECT lower(name) FROM directory_groups WHERE id = ANY($1)) ORDER BY id",
        ids,
    );
    let groups = groups.await?.into_iter().map(|(id, name)| group(id, name)).collect::<Result<_, _>>()?;
    let accounts = named(
        connection,
        "SELECT id, name FROM directory_accounts \
         WHERE name IN (SELECT name FROM directory_accounts WHERE id = ANY($1)) ORDER BY id",
        ids,
    );
    let account = |(id, name)| match AccountId::parse(id) {
        Ok(id) => Ok((id, name)),
        Err(error) => Err(StoreError::impossible("directory_accounts", error)),
    };
    let accounts = accounts.await?.into_iter().map(account).collect::<Result<_, _>>()?;
    let sets = named(
        connection,
        "SELECT arn, name FROM directory_permission_sets \
         WHERE name IN (SELECT name FROM directory_permission_sets WHERE arn = ANY($1)) ORDER BY arn",
        ids,
    );
    let set = |(arn, name)| match PermissionSetArn::parse(arn) {
        Ok(arn) => Ok((arn, name)),
        Err(error) => Err(StoreError::impossible("directory_permission_sets", error)),
    };
    let permission_sets = sets.await?.into_iter().map(set).collect::<Result<_, _>>()?;
    Ok(Alike { users, groups, accounts, permission_sets })
}

async fn named(
    connection: &mut PgConnection,
    sql: &'static str,
    ids: &[String],
) -> Result<Vec<(String, String)>, StoreError> {
    Ok(sqlx::query_as(sql).bind(ids).fetch_all(connection).await?)
}
