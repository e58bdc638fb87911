//! What is in force, and the names in which files speak of it.

use std::collections::BTreeSet;

use domain::rules::Document;
use policy::form::Sort;
use policy::{Account, Books, Directory, Group, PermissionSet, Unit, User};
use store::directory::Unit as StoredUnit;
use store::{PgConnection, StoreError, Tx, directory, documents};
use uuid::Uuid;

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
        units: units(snapshot.units),
        accounts: snapshot.accounts.into_iter().map(|account| Account { id: account.id, name: account.name }).collect(),
        permission_sets: snapshot
            .permission_sets
            .into_iter()
            .map(|set| PermissionSet { arn: set.arn, name: set.name })
            .collect(),
    };
    Ok(Standing { books: Books { revision, documents }, directory })
}

/// One document, with what it names and nothing else: enough to write it as it is written among all.
///
/// # Errors
/// When Postgres is away or something stored cannot be read.
pub async fn standing_around(tx: &mut Tx, id: Uuid) -> Result<Option<(Document, Standing)>, StoreError> {
    let connection = tx.connection();
    let revision = documents::revision(connection).await?;
    let Some(document) = documents::by_ids(connection, &[id]).await?.pop() else { return Ok(None) };
    let spec = serde_json::to_value(&document.body)
        .map_err(|error| StoreError::Impossible { table: "documents", detail: error.to_string() })?;
    let spec = spec.get("spec").cloned().unwrap_or_default();
    let names = policy::ids(document.body.kind(), &spec);
    let beside: Vec<Uuid> = names.iter().filter_map(|(_, id)| id.parse().ok()).collect();
    let documents = documents::by_ids(connection, &beside).await?;
    let directory = names_around(connection, &names).await?;
    Ok(Some((document, Standing { books: Books { revision, documents }, directory })))
}

/// The names of these, and of others that are called the same.
async fn names_around(
    connection: &mut PgConnection,
    names: &BTreeSet<(Sort, String)>,
) -> Result<Directory, StoreError> {
    let ids: Vec<String> = names.iter().map(|(_, id)| id.clone()).collect();
    let alike = directory::alike(connection, &ids).await?;
    // A unit is written with its path from the root, which takes all of those above it.
    let in_units = names.iter().any(|(sort, _)| *sort == Sort::Unit);
    let tree = if in_units { directory::units(connection).await? } else { Vec::new() };
    Ok(Directory {
        users: alike.users.into_iter().map(|(id, user_name)| User { id, user_name }).collect(),
        groups: alike.groups.into_iter().map(|group| Group { id: group.id, name: group.name }).collect(),
        units: units(tree),
        accounts: alike.accounts.into_iter().map(|(id, name)| Account { id, name }).collect(),
        permission_sets: alike.permission_sets.into_iter().map(|(arn, name)| PermissionSet { arn, name }).collect(),
    })
}

fn units(stored: Vec<StoredUnit>) -> Vec<Unit> {
    stored.into_iter().map(|unit| Unit { id: unit.id, name: unit.name, parent: unit.parent }).collect()
}
