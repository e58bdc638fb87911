//! What is in force, and the names in which files speak of it.

use policy::{Account, Books, Directory, Group, PermissionSet, Unit, User};
use store::{StoreError, Tx, directory, documents};

/// The documents in force and the directory's names.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The documents and their revision.
    pub books: Books,
    /// The names.
    pub directory: Directory,
}

/// Reads it. The revision is read first: should something change in between, the copy has an old number and is
/// refused when it is to be applied.
///
/// # Errors
/// When Postgres is away or something stored cannot be read.
pub async fn standing(tx: &mut Tx) -> Result<Standing, StoreError> {
    let connection = tx.connection();
    let revision = documents::revision(connection).await?;
    let documents = documents::all(connection).await?;
    let snapshot = directory::whole(connection).await?;
    let users = directory::user_names(connection).await?;
    let groups = directory::groups(connection).await?;
    let directory = Directory {
        users: users.into_iter().map(|(id, user_name)| User { id, user_name }).collect(),
        groups: groups.into_iter().map(|group| Group { id: group.id, name: group.name }).collect(),
        units: snapshot
            .units
            .into_iter()
            .map(|unit| Unit { id: unit.id, name: unit.name, parent: unit.parent })
            .collect(),
        accounts: snapshot.accounts.into_iter().map(|account| Account { id: account.id, name: account.name }).collect(),
        permission_sets: snapshot
            .permission_sets
            .into_iter()
            .map(|set| PermissionSet { arn: set.arn, name: set.name })
            .collect(),
    };
    Ok(Standing { books: Books { revision, documents }, directory })
}
