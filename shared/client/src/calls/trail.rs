//! The audit log.

use crate::{Client, ClientError, Page, TrailEntry, TrailFilter};

impl Client {
    /// Entries, the newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn trail(&self, filter: &TrailFilter) -> Result<Page<TrailEntry>, ClientError> {
        self.get(&["v1", "trail"], filter.query()).await
    }
}
