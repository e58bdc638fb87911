//! Deciding.

use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{Client, ClientError, Decision, LinkView, Outcome, Page, Waiting};

#[derive(Serialize)]
struct Vote<'a> {
    decision: Decision,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
}

impl Client {
    /// What waits for the caller's decision, the newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn waiting(&self, cursor: Option<&str>) -> Result<Page<Waiting>, ClientError> {
        let query = cursor.map(|c| ("cursor", c.to_owned())).into_iter().collect();
        self.get(&["v1", "approvals"], query).await
    }

    /// Decides about a request, about the version that was seen if one is given.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn decide(
        &self,
        request: Uuid,
        decision: Decision,
        comment: Option<&str>,
        version: Option<i64>,
    ) -> Result<Outcome, ClientError> {
        let body = Vote { decision, comment, version };
        self.post(&["v1", "requests", &request.to_string(), "decisions"], &body).await
    }

    /// What a mail's link is about; changes nothing.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn link(&self, token: &str) -> Result<LinkView, ClientError> {
        self.get(&["v1", "links", token], vec![]).await
    }

    /// Does what the link says.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn decide_link(&self, token: &str, comment: Option<&str>) -> Result<Outcome, ClientError> {
        let body = comment.map_or_else(|| json!({}), |c| json!({ "comment": c }));
        self.post(&["v1", "links", token, "decision"], &body).await
    }
}
