//! A webhook's other end.

use serde::Deserialize;
use serde_json::Value;

use crate::System;

/// Where webhooks arrive, and the secret that must have signed them.
#[derive(Debug, Clone)]
pub struct HookSink {
    /// Its name at the sink.
    pub name: String,
    /// The signing secret.
    pub secret: String,
    /// The endpoint's id.
    pub id: uuid::Uuid,
}

/// One webhook as it came.
#[derive(Debug, Clone, Deserialize)]
pub struct Hook {
    headers: Vec<(String, String)>,
    body: String,
}

impl Hook {
    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Its body.
    ///
    /// # Panics
    /// When it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a webhook is JSON")
    }

    /// The versioned name of what happened.
    #[must_use]
    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap_or_default().to_owned()
    }

    /// Whether the reference implementation of Standard Webhooks accepts the signature.
    ///
    /// # Panics
    /// When the secret is not one.
    #[must_use]
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let reference = standardwebhooks::Webhook::new(secret).expect("a secret of Standard Webhooks");
        let (Some(id), Some(at)) = (self.header("webhook-id"), self.header("webhook-timestamp")) else { return false };
        let Ok(at) = at.parse() else { return false };
        let Ok(expected) = reference.sign(id, at, self.body.as_bytes()) else { return false };
        self.header("webhook-signature").is_some_and(|all| all.split(' ').any(|one| one == expected))
    }
}

impl System {
    /// A new endpoint of an admin's making.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn webhook(&self, name: &str) -> HookSink {
        let url = self.simulator_url(&format!("/hooks/{name}"));
        let made = self.person("frank").await.create_webhook(&client::NewWebhook { url }).await;
        let made = made.expect("an endpoint");
        HookSink { name: name.to_owned(), secret: made.secret.expect("a secret"), id: made.id }
    }

    /// What arrived there so far.
    ///
    /// # Panics
    /// When the sink is away.
    pub async fn hooks(&self, sink: &HookSink) -> Vec<Hook> {
        let mut answer = self.simulator_json(&format!("/hooks/{}/requests", sink.name)).await;
        serde_json::from_value(answer["requests"].take()).expect("requests")
    }
}
