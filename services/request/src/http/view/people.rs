//! Who people are, for pages.

use std::collections::BTreeMap;

use domain::UserId;
use serde::Serialize;
use store::{StoreError, Tx, directory};

/// Somebody: the immutable id, and what pages call them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PersonView {
    /// The immutable id in Identity Store.
    pub id: String,
    /// The display name; the id where the directory knows none.
    pub name: String,
}

/// What people are called; everybody has a name, if only their id.
#[derive(Debug, Default)]
pub struct Names(BTreeMap<UserId, String>);

impl Names {
    /// The names of these people.
    pub async fn of(tx: &mut Tx, ids: impl IntoIterator<Item = UserId>) -> Result<Self, StoreError> {
        let mut ids: Vec<UserId> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let users = directory::users(tx.connection(), &ids).await?;
        Ok(Self(users.into_iter().map(|u| (u.id, u.display_name)).collect()))
    }

    /// Somebody as pages show them.
    pub fn person(&self, id: &UserId) -> PersonView {
        PersonView { id: id.to_string(), name: self.0.get(id).map_or_else(|| id.to_string(), Clone::clone) }
    }
}
