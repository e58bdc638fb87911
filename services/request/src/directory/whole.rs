//! What is read as a list, whole or not at all.

use std::collections::BTreeSet;

use cloud::{Administration, CloudError, Directory};
use domain::AccountId;
use store::directory::{self, Account, Group, Part, PermissionSet, Replaced, SyncError, Unit, User};
use store::{Db, StoreError};

use super::{convert, keeper};

/// What was read of one part.
#[derive(Debug, Clone)]
pub enum Snapshot {
    /// Everybody.
    Users(Vec<User>),
    /// Every group.
    Groups(Vec<Group>),
    /// The tree.
    Organization(Vec<Unit>, Vec<Account>),
    /// Every permission set.
    PermissionSets(Vec<PermissionSet>),
}

/// Reads a list. A rotation is none and answers with nothing to take over.
pub(super) async fn read(db: &Db, source: &Directory, part: Part) -> Result<Snapshot, CloudError> {
    Ok(match part {
        Part::Users => Snapshot::Users(source.users().await?.into_iter().map(convert::user).collect()),
        Part::Groups | Part::Members => {
            Snapshot::Groups(source.groups().await?.into_iter().map(convert::group).collect())
        }
        Part::Organization | Part::AccountTags => {
            let organization = source.organization().await?;
            let (management, units) = (organization.management_account, organization.units);
            let administration = match organization.administration {
                Administration::Whole(accounts) => accounts,
                Administration::Partly(mut accounts) => {
                    accounts.extend(known_administration(db).await);
                    accounts
                }
            };
            let accounts = organization.accounts.into_iter();
            Snapshot::Organization(
                units.into_iter().map(convert::unit).collect(),
                accounts.map(|account| convert::account(account, &management, &administration)).collect(),
            )
        }
        Part::PermissionSets | Part::PermissionSetContents => {
            Snapshot::PermissionSets(source.permission_sets().await?.into_iter().map(convert::permission_set).collect())
        }
    })
}

/// What AWS told at another time stays true until it tells otherwise.
async fn known_administration(db: &Db) -> BTreeSet<AccountId> {
    let known = async {
        let mut connection = db.read().await?;
        directory::administration(&mut connection).await
    };
    let known: Result<Vec<AccountId>, StoreError> = known.await;
    known
        .inspect_err(|error| tracing::warn!(%error, "which accounts administer access is only partly known"))
        .unwrap_or_default()
        .into_iter()
        .collect()
}

/// Takes over what was read of one part, whole or not at all.
///
/// # Errors
/// When it is implausible or Postgres is away; the last good copy stays.
pub async fn take_over(db: &Db, snapshot: Snapshot) -> Result<Replaced, SyncError> {
    let mut tx = db.begin(keeper()).await?;
    let replaced = match &snapshot {
        Snapshot::Users(users) => directory::replace_users(&mut tx, users).await?,
        Snapshot::Groups(groups) => directory::replace_groups(&mut tx, groups).await?,
        Snapshot::Organization(units, accounts) => directory::replace_organization(&mut tx, units, accounts).await?,
        Snapshot::PermissionSets(sets) => directory::replace_permission_sets(&mut tx, sets).await?,
    };
    tx.commit().await?;
    Ok(replaced)
}
