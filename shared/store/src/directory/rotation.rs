//! What costs a call for each piece: which pieces were read longest ago.

use domain::{AccountId, GroupId, PermissionSetArn, UserId};
use sqlx::PgConnection;

use super::{Part, user_id};
use crate::StoreError;

/// How many pieces there are, and how many of them were never read, or not since somebody wanted them anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stock {
    /// All groups.
    pub groups: i64,
    /// Groups whose members were never read.
    pub groups_unread: i64,
    /// All users, where they are so few that they are asked for; else as many as tell that.
    pub users: i64,
    /// Users whose groups were never read one by one.
    pub users_unread: i64,
    /// Active accounts.
    pub accounts: i64,
    /// Active accounts whose tags were never read.
    pub accounts_unread: i64,
    /// Permission sets.
    pub permission_sets: i64,
    /// Permission sets whose contents were never read.
    pub permission_sets_unread: i64,
}

/// Counts the pieces.
///
/// # Errors
/// When Postgres is away.
pub async fn stock(connection: &mut PgConnection) -> Result<Stock, StoreError> {
    // What nobody wants anew compares with nothing, which is not true.
    let (groups, groups_unread, users, users_unread): (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT g.n, g.unread, u.n, u.unread FROM \
             (SELECT count(*) AS n, count(*) FILTER (WHERE members_read_at IS NULL \
                 OR members_read_at < (SELECT wanted_at FROM directory_syncs WHERE part = 'members')) AS unread \
              FROM directory_groups) g, \
             LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE groups_read_at IS NULL \
                 OR groups_read_at < (SELECT wanted_at FROM directory_syncs WHERE part = 'members')) AS unread \
              FROM (SELECT groups_read_at FROM directory_users WHERE gone_at IS NULL LIMIT g.n / 2 + 1) few) u",
    )
    .fetch_one(&mut *connection)
    .await?;
    let (accounts, accounts_unread, permission_sets, permission_sets_unread): (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT a.n, a.unread, p.n, p.unread FROM \
             (SELECT count(*) AS n, count(*) FILTER (WHERE tags_read_at IS NULL \
                 OR tags_read_at < (SELECT wanted_at FROM directory_syncs WHERE part = 'account_tags')) AS unread \
              FROM directory_accounts WHERE active) a, \
             (SELECT count(*) AS n, count(*) FILTER (WHERE content_read_at IS NULL \
                 OR content_read_at < (SELECT wanted_at FROM directory_syncs WHERE part = 'permission_set_contents')) AS unread \
              FROM directory_permission_sets) p",
    )
    .fetch_one(connection)
    .await?;
    Ok(Stock {
        groups,
        groups_unread,
        users,
        users_unread,
        accounts,
        accounts_unread,
        permission_sets,
        permission_sets_unread,
    })
}

impl Stock {
    /// Who is in which group can be asked for each group or for each user: whichever are clearly fewer. Clearly, since a
    /// change of the way begins with reading everything once.
    #[must_use]
    pub const fn by_user(&self) -> bool {
        self.users * 2 < self.groups
    }

    /// How many pieces a rotation has, and how many of them are to be read; nothing for what is a list.
    #[must_use]
    pub const fn of(&self, part: Part) -> Option<(i64, i64)> {
        match part {
            Part::Members if self.by_user() => Some((self.users, self.users_unread)),
            Part::Members => Some((self.groups, self.groups_unread)),
            Part::AccountTags => Some((self.accounts, self.accounts_unread)),
            Part::PermissionSetContents => Some((self.permission_sets, self.permission_sets_unread)),
            Part::Users | Part::Groups | Part::Organization | Part::PermissionSets => None,
        }
    }
}

macro_rules! oldest {
    ($connection:expr, $most:expr, $sql:literal) => {{
        let ids: Vec<String> = sqlx::query_scalar($sql).bind($most).fetch_all($connection).await?;
        ids.into_iter()
    }};
}

/// The groups whose members were read longest ago, those never read first.
///
/// # Errors
/// When Postgres is away.
pub async fn next_groups(connection: &mut PgConnection, most: i64) -> Result<Vec<GroupId>, StoreError> {
    oldest!(connection, most, "SELECT id FROM directory_groups ORDER BY members_read_at NULLS FIRST, id LIMIT $1")
        .map(|id| GroupId::parse(id).map_err(|e| StoreError::impossible("directory_groups", e)))
        .collect()
}

/// The users whose groups were read longest ago, those never read first.
///
/// # Errors
/// When Postgres is away.
pub async fn next_users(connection: &mut PgConnection, most: i64) -> Result<Vec<UserId>, StoreError> {
    oldest!(
        connection,
        most,
        "SELECT id FROM directory_users WHERE gone_at IS NULL ORDER BY groups_read_at NULLS FIRST, id LIMIT $1"
    )
    .map(|id| user_id("directory_users", id))
    .collect()
}

/// The active accounts whose tags were read longest ago, those never read first.
///
/// # Errors
/// When Postgres is away.
pub async fn next_accounts(connection: &mut PgConnection, most: i64) -> Result<Vec<AccountId>, StoreError> {
    oldest!(
        connection,
        most,
        "SELECT id FROM directory_accounts WHERE active ORDER BY tags_read_at NULLS FIRST, id LIMIT $1"
    )
    .map(|id| AccountId::parse(id).map_err(|e| StoreError::impossible("directory_accounts", e)))
    .collect()
}

/// The permission sets whose contents were read longest ago, those never read first.
///
/// # Errors
/// When Postgres is away.
pub async fn next_permission_sets(
    connection: &mut PgConnection,
    most: i64,
) -> Result<Vec<PermissionSetArn>, StoreError> {
    oldest!(
        connection,
        most,
        "SELECT arn FROM directory_permission_sets ORDER BY content_read_at NULLS FIRST, arn LIMIT $1"
    )
    .map(|arn| PermissionSetArn::parse(arn).map_err(|e| StoreError::impossible("directory_permission_sets", e)))
    .collect()
}
