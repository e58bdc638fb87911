//! Access.

use serde_json::json;
use uuid::Uuid;

use crate::{Client, ClientError, Ending, Grant, GrantFilter, Page, Request};

impl Client {
    /// One access.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn grant(&self, id: Uuid) -> Result<Grant, ClientError> {
        self.get(&["v1", "grants", &id.to_string()], vec![]).await
    }

    /// Accesses, the newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn grants(&self, filter: &GrantFilter) -> Result<Page<Grant>, ClientError> {
        self.get(&["v1", "grants"], filter.query()).await
    }

    /// Gives the caller's own access back.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn end(&self, id: Uuid) -> Result<Ending, ClientError> {
        self.post(&["v1", "grants", &id.to_string(), "end"], &json!({})).await
    }

    /// Takes somebody's access away, with every other grant on the same assignment, and says why.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn revoke(&self, id: Uuid, comment: Option<&str>) -> Result<Ending, ClientError> {
        let body = comment.map_or_else(|| json!({}), |c| json!({ "reason": c }));
        self.post(&["v1", "grants", &id.to_string(), "revoke"], &body).await
    }

    /// Asks for more time. The deadline does not wait for the answer.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn extend(&self, id: Uuid, minutes: i64, reason: &str) -> Result<Request, ClientError> {
        let body = json!({ "minutes": minutes, "reason": reason });
        self.post(&["v1", "grants", &id.to_string(), "extensions"], &body).await
    }
}
