//! Units, accounts and permission sets at once, for those who compute something from all of them and keep it for as
//! long as the revision stays the same.

use sqlx::PgConnection;

use super::{Account, AccountRow, PermissionSet, PermissionSetRow, Unit};
use crate::{StoreError, Tx};

/// Everything that rules can aim at. People are not in it: there are too many, and they are looked up one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// What it is a copy of; see [`revision`].
    pub revision: i64,
    /// The root and the organizational units.
    pub units: Vec<Unit>,
    /// Every account, inactive ones too.
    pub accounts: Vec<Account>,
    /// Every permission set.
    pub permission_sets: Vec<PermissionSet>,
}

/// Reads it. The revision is read first: should something change in between, the copy has an old number and is
/// recognised as outdated, never the reverse.
///
/// # Errors
/// When Postgres is away.
pub async fn whole(connection: &mut PgConnection) -> Result<Snapshot, StoreError> {
    let revision = revision(&mut *connection).await?;
    let units = units(connection).await?;
    let accounts: Vec<AccountRow> =
        sqlx::query_as("SELECT * FROM directory_accounts ORDER BY id").fetch_all(&mut *connection).await?;
    let sets: Vec<PermissionSetRow> =
        sqlx::query_as("SELECT * FROM directory_permission_sets ORDER BY arn").fetch_all(connection).await?;
    Ok(Snapshot {
        revision,
        units,
        accounts: accounts.into_iter().map(AccountRow::into_account).collect::<Result<_, _>>()?,
        permission_sets: sets.into_iter().map(PermissionSetRow::into_permission_set).collect::<Result<_, _>>()?,
    })
}

/// The root and every organizational unit.
///
/// # Errors
/// When Postgres is away.
pub async fn units(connection: &mut PgConnection) -> Result<Vec<Unit>, StoreError> {
    let rows: Vec<(String, String, Option<String>)> =
        sqlx::query_as("SELECT id, name, parent_id FROM directory_units ORDER BY id").fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(id, name, parent)| Unit { id, name, parent }).collect())
}

/// A number that grows with every change to units, accounts or permission sets.
///
/// # Errors
/// When Postgres is away.
pub async fn revision(connection: &mut PgConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("SELECT revision FROM directory_revision").fetch_one(connection).await?)
}

/// Notes that this many rows of them were written.
pub(super) async fn changed(tx: &mut Tx, rows: u64) -> Result<(), StoreError> {
    if rows > 0 {
        sqlx::query("UPDATE directory_revision SET revision = revision + 1").execute(tx.connection()).await?;
    }
    Ok(())
}
