//! Deciding.

use serde_json::json;
use uuid::Uuid;

use crate::{ApprovalDetail, Client, ClientError, Comment, Decision, LinkView, Outcome, Page, Waiting, Word};

impl Client {
    /// What waits for the caller's decision, the newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn waiting(&self, cursor: Option<&str>) -> Result<Page<Waiting>, ClientError> {
        let query = cursor.map(|c| ("cursor", c.to_owned())).into_iter().collect();
        self.get(&["v1", "approvals"], query).await
    }

    /// One decision, with everything that helps to take it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn approval(&self, id: Uuid) -> Result<ApprovalDetail, ClientError> {
        self.get(&["v1", "approvals", &id.to_string()], vec![]).await
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
        self.say(request, &Word { decision, comment: comment.map(str::to_owned), version, ..Word::default() }).await
    }

    /// Decides about a request or a part of it, or allows less than was asked for.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn say(&self, request: Uuid, word: &Word) -> Result<Outcome, ClientError> {
        self.post(&["v1", "requests", &request.to_string(), "decisions"], word).await
    }

    /// Asks or answers something about a request.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn comment(&self, request: Uuid, text: &str, question: bool) -> Result<Comment, ClientError> {
        let body = json!({ "text": text, "question": question });
        self.post(&["v1", "requests", &request.to_string(), "comments"], &body).await
    }

    /// What was said about a request, the oldest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn comments(&self, request: Uuid) -> Result<Page<Comment>, ClientError> {
        self.get(&["v1", "requests", &request.to_string(), "comments"], vec![]).await
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
