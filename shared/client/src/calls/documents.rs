//! What admins write: rules, approval policies, guardrails, freezes, owners and schedules; and changes of them that wait
//! for a second admin.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::call::Extra;
use crate::dto::query;
use crate::{Change, Client, ClientError, Document, DocumentKind, DocumentVersion, Find, Page, Saved};

impl Client {
    /// Those in force.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn documents(&self, kind: DocumentKind) -> Result<Page<Document>, ClientError> {
        self.get(&["v1", kind.path()], vec![("limit", "200".to_owned())]).await
    }

    /// A page of those in force, the oldest first, or of those with a text in their name.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn documents_found(&self, kind: DocumentKind, find: &Find) -> Result<Page<Document>, ClientError> {
        let text = Some(find.text.clone()).filter(|text| !text.is_empty());
        let query = query([
            ("name", text),
            ("cursor", find.cursor.clone()),
            ("limit", find.limit.map(|limit| limit.to_string())),
        ]);
        self.get(&["v1", kind.path()], query).await
    }

    /// One in force.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn document(&self, kind: DocumentKind, id: Uuid) -> Result<Document, ClientError> {
        self.get(&["v1", kind.path(), &id.to_string()], vec![]).await
    }

    /// Every version of one, the newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn versions(&self, kind: DocumentKind, id: Uuid) -> Result<Page<DocumentVersion>, ClientError> {
        self.get(&["v1", kind.path(), &id.to_string(), "versions"], vec![]).await
    }

    /// Makes several edits at once, or only says what they would mean; the answer as the API tells it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn propose(&self, change: &Value, dry_run: bool) -> Result<Value, ClientError> {
        let extra = Extra { query: vec![("dry_run", dry_run.to_string())], ..Extra::default() };
        self.call(Method::POST, &["v1", "changes"], Some(change), extra).await
    }

    /// Makes one.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn make(&self, kind: DocumentKind, spec: &Value) -> Result<Saved, ClientError> {
        self.post(&["v1", kind.path()], spec).await
    }

    /// Changes one; the specification carries the version that was seen.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn change(&self, kind: DocumentKind, id: Uuid, spec: &Value) -> Result<Saved, ClientError> {
        self.call(Method::PUT, &["v1", kind.path(), &id.to_string()], Some(spec), Extra::default()).await
    }

    /// Takes one out of force; the change, where that waits for a second admin.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn delete(&self, kind: DocumentKind, id: Uuid) -> Result<Option<Change>, ClientError> {
        let path = ["v1", kind.path(), &id.to_string()];
        let answer: Value = self.call(Method::DELETE, &path, None::<&()>, Extra::default()).await?;
        // What is in force at once has an impact and nothing more.
        if answer.get("edits").is_none() {
            return Ok(None);
        }
        let unreadable = |e: serde_json::Error| ClientError::Unreadable { status: 202, detail: e.to_string() };
        serde_json::from_value(answer).map(Some).map_err(unreadable)
    }

    /// The rules in force.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn rules(&self) -> Result<Page<Document>, ClientError> {
        self.documents(DocumentKind::Rule).await
    }

    /// Changes that wait, and those that did.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn changes(&self) -> Result<Page<Change>, ClientError> {
        self.get(&["v1", "changes"], vec![]).await
    }

    /// One change, with what it would mean now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn proposed(&self, id: Uuid) -> Result<Change, ClientError> {
        self.get(&["v1", "changes", &id.to_string()], vec![]).await
    }

    /// Agrees to a change as the second admin.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn apply_change(&self, id: Uuid) -> Result<Value, ClientError> {
        self.post(&["v1", "changes", &id.to_string(), "apply"], &json!({})).await
    }

    /// Refuses a change.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn refuse_change(&self, id: Uuid) -> Result<Change, ClientError> {
        self.post(&["v1", "changes", &id.to_string(), "refuse"], &json!({})).await
    }

    /// Takes one's own change back.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn withdraw_change(&self, id: Uuid) -> Result<Change, ClientError> {
        self.post(&["v1", "changes", &id.to_string(), "withdraw"], &json!({})).await
    }
}
