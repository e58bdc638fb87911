//! The directory: groups and permission sets by name.

use serde_json::Value;

use crate::{Client, ClientError, Page};

impl Client {
    /// Groups whose name begins so or holds it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn groups(&self, search: &str) -> Result<Page<Value>, ClientError> {
        self.get(&["v1", "groups"], vec![("q", search.to_owned())]).await
    }

    /// Permission sets whose name begins so or holds it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn permission_sets(&self, search: &str) -> Result<Page<Value>, ClientError> {
        self.get(&["v1", "permission-sets"], vec![("q", search.to_owned())]).await
    }
}
