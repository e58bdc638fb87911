//! Webhook endpoints.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An endpoint to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewWebhook {
    /// Where facts are sent.
    pub url: String,
}

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Webhook {
    /// Which.
    pub id: Uuid,
    /// Where facts are sent.
    pub url: String,
    /// Whether they are.
    #[serde(default)]
    pub enabled: bool,
    /// The secret that signs them; shown once, when it is made.
    #[serde(default)]
    pub secret: Option<String>,
}
