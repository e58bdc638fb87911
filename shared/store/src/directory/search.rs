//! Lists for people who type the beginning of a name: by name, page after page.

use domain::GroupId;
use sqlx::PgConnection;

use super::{Account, AccountRow, Group, PermissionSet, PermissionSetRow, Unit, User, UserRow, group};
use crate::StoreError;

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Only what has this text in its name or begins its id with it; empty is everything.
    pub text: String,
    /// Only what comes after this name and id.
    pub after: Option<(String, String)>,
    /// How many at most.
    pub limit: i64,
}

impl Search {
    /// As a pattern for LIKE in which only our own signs have a meaning.
    fn pattern(&self, before: &str) -> String {
        let mut pattern = String::from(before);
        for c in self.text.trim().chars() {
            if matches!(c, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(c);
        }
        pattern.push('%');
        pattern
    }

    fn after(&self) -> (Option<&str>, Option<&str>) {
        self.after.as_ref().map_or((None, None), |(name, id)| (Some(name.as_str()), Some(id.as_str())))
    }
}

macro_rules! searched {
    ($connection:expr, $search:expr, $row:ty, $sql:literal) => {{
        let (name, id) = $search.after();
        let rows: Vec<$row> = sqlx::query_as($sql)
            .bind($search.pattern("%"))
            .bind($search.pattern(""))
            .bind(name)
            .bind(id)
            .bind($search.limit)
            .fetch_all($connection)
            .await?;
        rows
    }};
}

/// Accounts in use.
///
/// # Errors
/// When Postgres is away.
pub async fn search_accounts(connection: &mut PgConnection, search: &Search) -> Result<Vec<Account>, StoreError> {
    let rows = searched!(
        connection,
        search,
        AccountRow,
        "SELECT * FROM directory_accounts WHERE active AND (lower(name) LIKE lower($1) OR id LIKE lower($2)) \
         AND ($3::text IS NULL OR (lower(name), id) > (lower($3), $4)) ORDER BY lower(name), id LIMIT $5"
    );
    rows.into_iter().map(AccountRow::into_account).collect()
}

/// The root and organizational units.
///
/// # Errors
/// When Postgres is away.
pub async fn search_units(connection: &mut PgConnection, search: &Search) -> Result<Vec<Unit>, StoreError> {
    let rows = searched!(
        connection,
        search,
        (String, String, Option<String>),
        "SELECT id, name, parent_id FROM directory_units WHERE (lower(name) LIKE lower($1) OR id LIKE lower($2)) \
         AND ($3::text IS NULL OR (lower(name), id) > (lower($3), $4)) ORDER BY lower(name), id LIMIT $5"
    );
    Ok(rows.into_iter().map(|(id, name, parent)| Unit { id, name, parent }).collect())
}

/// Permission sets.
///
/// # Errors
/// When Postgres is away.
pub async fn search_permission_sets(
    connection: &mut PgConnection,
    search: &Search,
) -> Result<Vec<PermissionSet>, StoreError> {
    let rows = searched!(
        connection,
        search,
        PermissionSetRow,
        "SELECT * FROM directory_permission_sets WHERE (lower(name) LIKE lower($1) OR lower(arn) LIKE lower($2)) \
         AND ($3::text IS NULL OR (lower(name), arn) > (lower($3), $4)) ORDER BY lower(name), arn LIMIT $5"
    );
    rows.into_iter().map(PermissionSetRow::into_permission_set).collect()
}

/// People who are there, disabled ones too; found by their display name and by what they sign in with.
///
/// # Errors
/// When Postgres is away.
pub async fn search_users(connection: &mut PgConnection, search: &Search) -> Result<Vec<User>, StoreError> {
    let rows = searched!(
        connection,
        search,
        UserRow,
        "SELECT id, user_name, display_name, email, active, manager_id FROM directory_users \
         WHERE gone_at IS NULL AND (called LIKE lower($1) OR id LIKE lower($2)) \
         AND ($3::text IS NULL OR (lower(display_name), id) > (lower($3), $4)) ORDER BY lower(display_name), id LIMIT $5"
    );
    rows.into_iter().map(UserRow::into_user).collect()
}

/// Whose id this is, or who signs in with it, in small or capital letters; whoever writes it exactly so first.
///
/// # Errors
/// When Postgres is away.
pub async fn users_exactly(connection: &mut PgConnection, text: &str) -> Result<Vec<User>, StoreError> {
    let rows: Vec<UserRow> = sqlx::query_as(
        "SELECT id, user_name, display_name, email, active, manager_id FROM directory_users \
         WHERE gone_at IS NULL AND (id = $1 OR lower(user_name) = lower($1)) ORDER BY user_name = $1 DESC, id LIMIT 50",
    )
    .bind(text)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(UserRow::into_user).collect()
}

/// The members of a group who are there, disabled ones too.
///
/// # Errors
/// When Postgres is away.
pub async fn search_members(
    connection: &mut PgConnection,
    group: &GroupId,
    search: &Search,
) -> Result<Vec<User>, StoreError> {
    let (name, id) = search.after();
    let rows: Vec<UserRow> = sqlx::query_as(
        "SELECT u.id, u.user_name, u.display_name, u.email, u.active, u.manager_id FROM directory_members m \
             JOIN directory_users u ON u.id = m.user_id \
         WHERE m.group_id = $6 AND u.gone_at IS NULL \
             AND (lower(u.display_name) LIKE lower($1) OR lower(u.user_name) LIKE lower($1) OR u.id LIKE lower($2)) \
             AND ($3::text IS NULL OR (lower(u.display_name), u.id) > (lower($3), $4)) \
         ORDER BY lower(u.display_name), u.id LIMIT $5",
    )
    .bind(search.pattern("%"))
    .bind(search.pattern(""))
    .bind(name)
    .bind(id)
    .bind(search.limit)
    .bind(group.as_str())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(UserRow::into_user).collect()
}

/// Groups.
///
/// # Errors
/// When Postgres is away.
pub async fn search_groups(connection: &mut PgConnection, search: &Search) -> Result<Vec<Group>, StoreError> {
    let rows = searched!(
        connection,
        search,
        (String, String),
        "SELECT id, name FROM directory_groups WHERE (lower(name) LIKE lower($1) OR id LIKE lower($2)) \
         AND ($3::text IS NULL OR (lower(name), id) > (lower($3), $4)) ORDER BY lower(name), id LIMIT $5"
    );
    rows.into_iter().map(|(id, name)| group(id, name)).collect()
}
