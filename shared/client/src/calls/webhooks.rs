//! Webhook endpoints.

use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use crate::call::Extra;
use crate::{Client, ClientError, NewWebhook, Page, Webhook};

impl Client {
    /// The endpoints.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn webhooks(&self) -> Result<Page<Webhook>, ClientError> {
        self.get(&["v1", "webhooks"], vec![]).await
    }

    /// Makes an endpoint; only this answer holds its secret.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn create_webhook(&self, webhook: &NewWebhook) -> Result<Webhook, ClientError> {
        self.post(&["v1", "webhooks"], webhook).await
    }

    /// Removes an endpoint.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn delete_webhook(&self, id: Uuid) -> Result<(), ClientError> {
        let path = ["v1", "webhooks", &id.to_string()];
        self.call::<Value>(Method::DELETE, &path, None::<&()>, Extra::default()).await.map(drop)
    }
}
