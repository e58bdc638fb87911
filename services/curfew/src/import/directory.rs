//! The directory as the import needs it, all at once.

use anyhow::bail;
use migration::{Account, Directory, DirectoryBuilder, Unit, User};
use store::Db;

/// Reads it.
///
/// # Errors
/// When Postgres is away, or the directory was never read from AWS.
pub async fn load(db: &Db) -> anyhow::Result<Directory> {
    let mut connection = db.read().await?;
    if !store::directory::is_ready(&mut connection).await? {
        bail!("the directory was not read from AWS yet; start Curfew first and wait until it was");
    }
    let people = store::imports::people(&mut connection).await?;
    let whole = store::directory::whole(&mut connection).await?;
    let user = |(id, user_name, email)| User { id, user_name, email };
    let account = |account: store::directory::Account| Account {
        id: account.id,
        name: account.name,
        unit: account.unit,
        management: account.management,
    };
    let unit = |unit: store::directory::Unit| Unit { id: unit.id, name: unit.name, parent: unit.parent };
    Ok(Directory::from(DirectoryBuilder {
        users: people.users.into_iter().map(user).collect(),
        groups: people.groups,
        members: people.members,
        accounts: whole.accounts.into_iter().map(account).collect(),
        units: whole.units.into_iter().map(unit).collect(),
        permission_sets: whole.permission_sets.into_iter().map(|set| (set.arn, set.name)).collect(),
    }))
}
