//! Asking.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::call::Extra;
use crate::{Client, ClientError, Eligibility, Me, NewRequest, Page, Request, RequestFilter};

impl Client {
    /// Asks. The key makes a repetition harmless.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn submit(&self, request: &NewRequest, idempotency_key: Option<&str>) -> Result<Request, ClientError> {
        let extra = Extra { idempotency_key, ..Extra::default() };
        self.call(Method::POST, &["v1", "requests"], Some(request), extra).await
    }

    /// One request.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn request(&self, id: Uuid) -> Result<Request, ClientError> {
        self.get(&["v1", "requests", &id.to_string()], vec![]).await
    }

    /// Requests, the newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn requests(&self, filter: &RequestFilter) -> Result<Page<Request>, ClientError> {
        self.get(&["v1", "requests"], filter.query()).await
    }

    /// Takes a request back.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn cancel(&self, id: Uuid, version: Option<i64>) -> Result<Request, ClientError> {
        let body = version.map_or_else(|| json!({}), |v| json!({ "version": v }));
        self.post(&["v1", "requests", &id.to_string(), "cancel"], &body).await
    }

    /// Who the caller is.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn me(&self) -> Result<Me, ClientError> {
        self.get(&["v1", "me"], vec![]).await
    }

    /// What the caller may ask for.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn eligibility(&self) -> Result<Eligibility, ClientError> {
        self.get(&["v1", "eligibility"], vec![]).await
    }

    /// What the caller may ask for on behalf of somebody, by immutable id.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn eligibility_for(&self, beneficiary: &str) -> Result<Eligibility, ClientError> {
        self.get(&["v1", "eligibility"], vec![("beneficiary", beneficiary.to_owned())]).await
    }
}
