//! Who somebody's manager is. What an admin said goes before what the Identity Store says, which many companies
//! never fill in.

use domain::UserId;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::user_id;
use crate::unit_of_work::json;
use crate::{StoreError, Tx};

/// Somebody's manager, if anybody said who. Whether that person is still there is not looked at here.
///
/// # Errors
/// When Postgres is away.
pub async fn manager_of(connection: &mut PgConnection, user: &UserId) -> Result<Option<UserId>, StoreError> {
    let found: Option<String> = sqlx::query_scalar(
        "SELECT COALESCE((SELECT manager_id FROM directory_managers WHERE user_id = $1), \
             (SELECT manager_id FROM directory_users WHERE id = $1 AND manager_id <> id))",
    )
    .bind(user.as_str())
    .fetch_one(connection)
    .await?;
    found.map(|id| user_id("directory_managers", id)).transpose()
}

/// Says who somebody's manager is, whatever the Identity Store says.
///
/// # Errors
/// When both are the same person, or Postgres is away.
pub async fn set_manager(tx: &mut Tx, user: &UserId, manager: &UserId) -> Result<(), StoreError> {
    let (now, by) = (tx.now().to_sqlx(), json("directory_managers", tx.actor())?);
    sqlx::query(
        "INSERT INTO directory_managers (user_id, manager_id, set_by, set_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (user_id) DO UPDATE SET manager_id = $2, set_by = $3, set_at = $4",
    )
    .bind(user.as_str())
    .bind(manager.as_str())
    .bind(by)
    .bind(now)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes that back: the Identity Store's word counts again. False: nothing was said.
///
/// # Errors
/// When Postgres is away.
pub async fn forget_manager(tx: &mut Tx, user: &UserId) -> Result<bool, StoreError> {
    let deleted = sqlx::query("DELETE FROM directory_managers WHERE user_id = $1")
        .bind(user.as_str())
        .execute(tx.connection())
        .await?;
    Ok(deleted.rows_affected() > 0)
}
