//! Who a token's user is: the synchronised directory, as the HTTP layer wants to ask it.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use store::{Db, directory};
use web::{Directory, DirectoryError, Person};

/// The directory in the database.
pub struct People(pub Db);

impl Directory for People {
    fn person<'a>(&'a self, user_name: &'a str) -> BoxFuture<'a, Result<Option<Person>, DirectoryError>> {
        async move {
            let away = |error: &dyn std::fmt::Display| DirectoryError(error.to_string());
            let mut connection = self.0.pool().acquire().await.map_err(|e| away(&e))?;
            let found = directory::person_by_name(&mut connection, user_name).await.map_err(|e| away(&e))?;
            Ok(found.map(|person| Person {
                id: person.id,
                user_name: person.user_name,
                display_name: person.display_name,
                active: person.active,
                groups: person.groups,
            }))
        }
        .boxed()
    }
}
