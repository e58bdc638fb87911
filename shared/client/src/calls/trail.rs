//! The audit log.

use serde_json::Value;
use uuid::Uuid;

use crate::{Client, ClientError, Page, TrailEntry, TrailFilter};

impl Client {
    /// Everything that is known of a request, with signed receipts of its ends.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn evidence(&self, request: Uuid) -> Result<Value, ClientError> {
        self.get(&["v1", "requests", &request.to_string(), "evidence"], vec![]).await
    }

    /// Entries, the newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn trail(&self, filter: &TrailFilter) -> Result<Page<TrailEntry>, ClientError> {
        self.get(&["v1", "trail"], filter.query()).await
    }
}
