//! Every person and group by name, for those who read or write names instead of ids.

use domain::{GroupId, UserId};
use sqlx::PgConnection;

use super::Group;
use crate::StoreError;

/// Everybody's id and user name, disabled people too.
///
/// # Errors
/// When Postgres is away.
pub async fn user_names(connection: &mut PgConnection) -> Result<Vec<(UserId, String)>, StoreError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, user_name FROM directory_users ORDER BY id").fetch_all(connection).await?;
    let user = |(id, name)| match UserId::parse(id) {
        Ok(id) => Ok((id, name)),
        Err(error) => Err(StoreError::impossible("directory_users", error)),
    };
    rows.into_iter().map(user).collect()
}

/// Every group without its members.
///
/// # Errors
/// When Postgres is away.
pub async fn groups(connection: &mut PgConnection) -> Result<Vec<Group>, StoreError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, name FROM directory_groups ORDER BY id").fetch_all(connection).await?;
    let group = |(id, name)| match GroupId::parse(id) {
        Ok(id) => Ok(Group { id, name }),
        Err(error) => Err(StoreError::impossible("directory_groups", error)),
    };
    rows.into_iter().map(group).collect()
}
