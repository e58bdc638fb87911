//! Everybody at once, as an import needs them to find people by the names that another system kept.

use domain::{GroupId, UserId};
use sqlx::PgConnection;

use crate::StoreError;

/// Everybody who is there, with groups and memberships.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// Id, user name, address.
    pub users: Vec<(UserId, String, Option<String>)>,
    /// Id and name.
    pub groups: Vec<(GroupId, String)>,
    /// Who is in which group.
    pub members: Vec<(GroupId, UserId)>,
}

/// Reads them.
///
/// # Errors
/// When Postgres is away.
pub async fn people(connection: &mut PgConnection) -> Result<People, StoreError> {
    let users: Vec<(String, String, Option<String>)> =
        sqlx::query_as("SELECT id, user_name, email FROM directory_users WHERE gone_at IS NULL ORDER BY id")
            .fetch_all(&mut *connection)
            .await?;
    let groups: Vec<(String, String)> =
        sqlx::query_as("SELECT id, name FROM directory_groups ORDER BY id").fetch_all(&mut *connection).await?;
    let members: Vec<(String, String)> =
        sqlx::query_as("SELECT group_id, user_id FROM directory_members ORDER BY group_id, user_id")
            .fetch_all(connection)
            .await?;
    let bad = |e: domain::InvalidId| StoreError::impossible("directory", e);
    let user = |id: String| UserId::parse(id).map_err(bad);
    let group = |id: String| GroupId::parse(id).map_err(bad);
    Ok(People {
        users: users
            .into_iter()
            .map(|(id, name, email)| Ok((user(id)?, name, email)))
            .collect::<Result<_, StoreError>>()?,
        groups: groups.into_iter().map(|(id, name)| Ok((group(id)?, name))).collect::<Result<_, StoreError>>()?,
        members: members.into_iter().map(|(g, u)| Ok((group(g)?, user(u)?))).collect::<Result<_, StoreError>>()?,
    })
}
