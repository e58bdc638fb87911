//! Looking up by id, and who somebody is.

use std::collections::BTreeMap;

use domain::{AccountId, GroupId, PermissionSetArn, UserId};
use sqlx::PgConnection;

use super::{Account, AccountRow, PermissionSet, PermissionSetRow, User, UserRow, group};
use crate::StoreError;

/// Somebody with their groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Immutable.
    pub id: UserId,
    /// What they sign in with.
    pub user_name: String,
    /// For people to read.
    pub display_name: String,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// Whether they may sign in; never true for somebody who is gone.
    pub active: bool,
    /// The groups that they are in now, with their names.
    pub groups: Vec<(GroupId, String)>,
}

impl Person {
    /// The groups by id alone.
    #[must_use]
    pub fn group_ids(&self) -> Vec<GroupId> {
        self.groups.iter().map(|(id, _)| id.clone()).collect()
    }
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    #[sqlx(flatten)]
    user: UserRow,
    group_ids: Vec<String>,
    group_names: Vec<String>,
}

impl PersonRow {
    fn into_person(self) -> Result<Person, StoreError> {
        let groups = self.group_ids.into_iter().zip(self.group_names);
        let groups = groups.map(|(id, name)| group(id, name).map(|g| (g.id, g.name)));
        let groups = groups.collect::<Result<_, _>>()?;
        let User { id, user_name, display_name, email, active, manager: _ } = self.user.into_user()?;
        Ok(Person { id, user_name, display_name, email, active, groups })
    }
}

/// Who signs in with this name. An exact spelling wins; otherwise upper and lower case are the same, unless
/// two people differ in nothing else: then nobody is meant.
///
/// # Errors
/// When Postgres is away.
pub async fn person_by_name(connection: &mut PgConnection, user_name: &str) -> Result<Option<Person>, StoreError> {
    let mut rows: Vec<PersonRow> = sqlx::query_as(
        "SELECT u.id, u.user_name, u.display_name, u.email, u.active, u.manager_id, \
             ARRAY(SELECT g.id FROM directory_members m JOIN directory_groups g ON g.id = m.group_id WHERE m.user_id = u.id ORDER BY g.id) AS group_ids, \
             ARRAY(SELECT g.name FROM directory_members m JOIN directory_groups g ON g.id = m.group_id WHERE m.user_id = u.id ORDER BY g.id) AS group_names \
         FROM directory_users u WHERE lower(u.user_name) = lower($1) AND u.gone_at IS NULL \
         ORDER BY u.user_name = $1 DESC LIMIT 2",
    )
    .bind(user_name)
    .fetch_all(connection)
    .await?;
    let exact = rows.first().is_some_and(|row| row.user.user_name == user_name);
    if rows.is_empty() || (rows.len() > 1 && !exact) {
        return Ok(None);
    }
    rows.swap_remove(0).into_person().map(Some)
}

/// Somebody with their groups, by immutable id.
///
/// # Errors
/// When Postgres is away.
pub async fn person(connection: &mut PgConnection, id: &UserId) -> Result<Option<Person>, StoreError> {
    Ok(people(connection, std::slice::from_ref(id)).await?.pop())
}

/// Those of these people whom the directory knows, with their groups.
///
/// # Errors
/// When Postgres is away.
pub async fn people(connection: &mut PgConnection, ids: &[UserId]) -> Result<Vec<Person>, StoreError> {
    let rows: Vec<PersonRow> = sqlx::query_as(
        "SELECT u.id, u.user_name, u.display_name, u.email, u.active, u.manager_id, \
             ARRAY(SELECT g.id FROM directory_members m JOIN directory_groups g ON g.id = m.group_id WHERE m.user_id = u.id ORDER BY g.id) AS group_ids, \
             ARRAY(SELECT g.name FROM directory_members m JOIN directory_groups g ON g.id = m.group_id WHERE m.user_id = u.id ORDER BY g.id) AS group_names \
         FROM directory_users u WHERE u.id = ANY($1)",
    )
    .bind(ids.iter().map(UserId::as_str).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(PersonRow::into_person).collect()
}

/// One person, gone ones too.
///
/// # Errors
/// When Postgres is away.
pub async fn user(connection: &mut PgConnection, id: &UserId) -> Result<Option<User>, StoreError> {
    Ok(users(connection, std::slice::from_ref(id)).await?.pop())
}

/// Those of these people whom the directory knows, gone ones too.
///
/// # Errors
/// When Postgres is away.
pub async fn users(connection: &mut PgConnection, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
    let ids: Vec<&str> = ids.iter().map(UserId::as_str).collect();
    let rows: Vec<UserRow> = sqlx::query_as(
        "SELECT id, user_name, display_name, email, active, manager_id FROM directory_users WHERE id = ANY($1) ORDER BY id",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(UserRow::into_user).collect()
}

/// What these groups are called, those that exist.
///
/// # Errors
/// When Postgres is away.
pub async fn group_names(
    connection: &mut PgConnection,
    ids: &[GroupId],
) -> Result<BTreeMap<GroupId, String>, StoreError> {
    let ids: Vec<&str> = ids.iter().map(GroupId::as_str).collect();
    let rows: Vec<(String, String)> = sqlx::query_as("SELECT id, name FROM directory_groups WHERE id = ANY($1)")
        .bind(ids)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(|(id, name)| group(id, name).map(|g| (g.id, g.name))).collect()
}

/// What these units are called, those that exist.
///
/// # Errors
/// When Postgres is away.
pub async fn unit_names(connection: &mut PgConnection, ids: &[String]) -> Result<BTreeMap<String, String>, StoreError> {
    let rows: Vec<(String, String)> = sqlx::query_as("SELECT id, name FROM directory_units WHERE id = ANY($1)")
        .bind(ids)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The active people in any of these groups, which go by id or by name as settings name them.
///
/// # Errors
/// When Postgres is away.
pub async fn active_in(connection: &mut PgConnection, groups: &[String]) -> Result<Vec<UserId>, StoreError> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT u.id FROM directory_users u JOIN directory_members m ON m.user_id = u.id \
             JOIN directory_groups g ON g.id = m.group_id \
         WHERE u.active AND u.gone_at IS NULL AND (g.id = ANY($1) OR g.name = ANY($1)) ORDER BY u.id",
    )
    .bind(groups)
    .fetch_all(connection)
    .await?;
    ids.into_iter().map(|id| UserId::parse(id).map_err(|e| StoreError::impossible("directory_users", e))).collect()
}

/// The active people in any of these groups, each once.
///
/// # Errors
/// When Postgres is away.
pub async fn members(connection: &mut PgConnection, groups: &[GroupId]) -> Result<Vec<User>, StoreError> {
    let groups: Vec<&str> = groups.iter().map(GroupId::as_str).collect();
    let rows: Vec<UserRow> = sqlx::query_as(
        "SELECT id, user_name, display_name, email, active, manager_id FROM directory_users WHERE active \
         AND id IN (SELECT user_id FROM directory_members WHERE group_id = ANY($1)) ORDER BY id",
    )
    .bind(groups)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(UserRow::into_user).collect()
}

/// The groups that somebody is in now.
///
/// # Errors
/// When Postgres is away.
pub async fn groups_of(connection: &mut PgConnection, user: &UserId) -> Result<Vec<GroupId>, StoreError> {
    let ids: Vec<String> =
        sqlx::query_scalar("SELECT group_id FROM directory_members WHERE user_id = $1 ORDER BY group_id")
            .bind(user.as_str())
            .fetch_all(connection)
            .await?;
    ids.into_iter().map(|id| GroupId::parse(id).map_err(|e| StoreError::impossible("directory_members", e))).collect()
}

/// Whether somebody is in a group now, disabled or not.
///
/// # Errors
/// When Postgres is away.
pub async fn is_member(connection: &mut PgConnection, user: &UserId, group: &GroupId) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM directory_members WHERE group_id = $1 AND user_id = $2)")
        .bind(group.as_str())
        .bind(user.as_str())
        .fetch_one(connection)
        .await?)
}

/// The active people with one of these addresses, upper and lower case alike.
///
/// # Errors
/// When Postgres is away.
pub async fn users_by_email(connection: &mut PgConnection, emails: &[String]) -> Result<Vec<UserId>, StoreError> {
    let emails: Vec<String> = emails.iter().map(|email| email.to_lowercase()).collect();
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM directory_users WHERE active AND gone_at IS NULL AND lower(email) = ANY($1) ORDER BY id",
    )
    .bind(emails)
    .fetch_all(connection)
    .await?;
    ids.into_iter().map(|id| UserId::parse(id).map_err(|e| StoreError::impossible("directory_users", e))).collect()
}

/// Those active people who are among these or in these groups, without some.
///
/// # Errors
/// When Postgres is away.
pub async fn active_among(
    connection: &mut PgConnection,
    groups: &[GroupId],
    people: &[UserId],
    without: &[UserId],
) -> Result<Vec<UserId>, StoreError> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT u.id FROM directory_users u JOIN ( \
             SELECT user_id FROM directory_members WHERE group_id = ANY($1) UNION SELECT unnest($2::text[])) c ON c.user_id = u.id \
         WHERE u.active AND u.gone_at IS NULL AND u.id <> ALL($3) ORDER BY u.id",
    )
    .bind(groups.iter().map(GroupId::as_str).collect::<Vec<_>>())
    .bind(people.iter().map(UserId::as_str).collect::<Vec<_>>())
    .bind(without.iter().map(UserId::as_str).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    ids.into_iter().map(|id| UserId::parse(id).map_err(|e| StoreError::impossible("directory_users", e))).collect()
}

/// How many active people are in these groups or among these people, without those who may not decide.
///
/// # Errors
/// When Postgres is away.
pub async fn approver_count(
    connection: &mut PgConnection,
    groups: &[GroupId],
    people: &[UserId],
    without: &[UserId],
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT count(*) FROM directory_users u JOIN ( \
             SELECT user_id FROM directory_members WHERE group_id = ANY($1) UNION SELECT unnest($2::text[])) c ON c.user_id = u.id \
         WHERE u.active AND u.id <> ALL($3)",
    )
    .bind(groups.iter().map(GroupId::as_str).collect::<Vec<_>>())
    .bind(people.iter().map(UserId::as_str).collect::<Vec<_>>())
    .bind(without.iter().map(UserId::as_str).collect::<Vec<_>>())
    .fetch_one(connection)
    .await?)
}

/// Those of these accounts that the directory knows, inactive ones too.
///
/// # Errors
/// When Postgres is away.
pub async fn accounts(connection: &mut PgConnection, ids: &[AccountId]) -> Result<Vec<Account>, StoreError> {
    let (mut accounts, _) = accounts_and_management(connection, ids).await?;
    accounts.retain(|account| ids.contains(&account.id));
    Ok(accounts)
}

/// These accounts, and which one the organization belongs to, in one question.
///
/// # Errors
/// When Postgres is away.
pub async fn accounts_and_management(
    connection: &mut PgConnection,
    ids: &[AccountId],
) -> Result<(Vec<Account>, Option<AccountId>), StoreError> {
    let wanted: Vec<&str> = ids.iter().map(AccountId::as_str).collect();
    let rows: Vec<AccountRow> =
        sqlx::query_as("SELECT * FROM directory_accounts WHERE id = ANY($1) OR management ORDER BY id")
            .bind(wanted)
            .fetch_all(connection)
            .await?;
    let mut accounts = rows.into_iter().map(AccountRow::into_account).collect::<Result<Vec<_>, _>>()?;
    let management = accounts.iter().find(|a| a.management).map(|a| a.id.clone());
    accounts.retain(|account| ids.contains(&account.id));
    Ok((accounts, management))
}

/// The accounts that Curfew and Identity Center are administered from, as far as is known.
///
/// # Errors
/// When Postgres is away.
pub async fn administration(connection: &mut PgConnection) -> Result<Vec<AccountId>, StoreError> {
    let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM directory_accounts WHERE administration ORDER BY id")
        .fetch_all(connection)
        .await?;
    ids.into_iter()
        .map(|id| AccountId::parse(id).map_err(|e| StoreError::impossible("directory_accounts", e)))
        .collect()
}

/// The account that the organization belongs to.
///
/// # Errors
/// When Postgres is away.
pub async fn management_account(connection: &mut PgConnection) -> Result<Option<AccountId>, StoreError> {
    Ok(accounts_and_management(connection, &[]).await?.1)
}

/// Those of these permission sets that exist.
///
/// # Errors
/// When Postgres is away.
pub async fn permission_sets(
    connection: &mut PgConnection,
    arns: &[PermissionSetArn],
) -> Result<Vec<PermissionSet>, StoreError> {
    let arns: Vec<&str> = arns.iter().map(PermissionSetArn::as_str).collect();
    let rows: Vec<PermissionSetRow> =
        sqlx::query_as("SELECT * FROM directory_permission_sets WHERE arn = ANY($1) ORDER BY arn")
            .bind(arns)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(PermissionSetRow::into_permission_set).collect()
}
