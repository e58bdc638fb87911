//! Policy as files.

use std::time::Duration;

use reqwest::Method;
use uuid::Uuid;

use crate::call::Extra;
use crate::{AppliedFiles, ApplyFiles, Client, ClientError, Exported, PlanFiles, Planned};

/// A plan over a year of requests takes its time.
const PATIENCE: Duration = Duration::from_secs(180);

impl Client {
    /// Everything in force as files.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn export_policy(&self) -> Result<Exported, ClientError> {
        self.get(&["v1", "policy", "export"], vec![]).await
    }

    /// One document in force as a file.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn export_document(&self, id: Uuid) -> Result<Exported, ClientError> {
        self.get(&["v1", "policy", "export"], vec![("document", id.to_string())]).await
    }

    /// What files would change, and what that means.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn plan_policy(&self, files: &PlanFiles) -> Result<Planned, ClientError> {
        let extra = Extra { patience: Some(PATIENCE), ..Extra::default() };
        self.call(Method::POST, &["v1", "policy", "plan"], Some(files), extra).await
    }

    /// Puts into force what was planned.
    ///
    /// # Errors
    /// [`ClientError`]; the problem `stale-version` when something else changed since.
    pub async fn apply_policy(&self, files: &ApplyFiles) -> Result<AppliedFiles, ClientError> {
        let extra = Extra { patience: Some(PATIENCE), ..Extra::default() };
        self.call(Method::POST, &["v1", "policy", "apply"], Some(files), extra).await
    }
}
