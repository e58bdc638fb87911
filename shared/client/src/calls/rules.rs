//! Eligibility rules.

use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use crate::call::Extra;
use crate::{Client, ClientError, Page, Rule};

impl Client {
    /// The rules in force.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn rules(&self) -> Result<Page<Rule>, ClientError> {
        self.get(&["v1", "rules"], vec![]).await
    }

    /// Makes a rule.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn create_rule(&self, spec: &Value) -> Result<Rule, ClientError> {
        self.post(&["v1", "rules"], spec).await
    }

    /// Changes a rule; the specification carries the version that was seen.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn update_rule(&self, id: Uuid, spec: &Value) -> Result<Rule, ClientError> {
        self.call(Method::PUT, &["v1", "rules", &id.to_string()], Some(spec), Extra::default()).await
    }

    /// Takes a rule out of force.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn delete_rule(&self, id: Uuid) -> Result<(), ClientError> {
        let path = ["v1", "rules", &id.to_string()];
        self.call::<Value>(Method::DELETE, &path, None::<&()>, Extra::default()).await.map(drop)
    }
}
