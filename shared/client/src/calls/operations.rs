//! Emergencies, what is parked, and how Curfew stands.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::call::Extra;
use crate::{
    Client, ClientError, Emergencies, Emergency, EmergencyPreview, Figures, ForcedRevocation, Grant, NewEmergency,
    Operations, Page, Parked,
};

impl Client {
    /// Presses the emergency button.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn press_emergency(&self, emergency: &NewEmergency) -> Result<Emergency, ClientError> {
        self.post(&["v1", "emergency"], emergency).await
    }

    /// Presses it; the key makes a repetition harmless.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn press_emergency_once(&self, emergency: &NewEmergency, key: &str) -> Result<Emergency, ClientError> {
        let extra = Extra { idempotency_key: Some(key), ..Extra::default() };
        self.call(Method::POST, &["v1", "emergency"], Some(emergency), extra).await
    }

    /// What pressing it would do just now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn preview_emergency(&self, emergency: &NewEmergency) -> Result<EmergencyPreview, ClientError> {
        let extra = Extra { query: vec![("dry_run", "true".to_owned())], ..Extra::default() };
        self.call(Method::POST, &["v1", "emergency"], Some(emergency), extra).await
    }

    /// Whether new access may begin, and the uses of the button, the newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn emergencies(&self) -> Result<Emergencies, ClientError> {
        self.get(&["v1", "emergency"], vec![]).await
    }

    /// One use of the button.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn emergency(&self, id: Uuid) -> Result<Emergency, ClientError> {
        self.get(&["v1", "emergency", &id.to_string()], vec![]).await
    }

    /// Agrees to one as the second admin.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn agree_to_emergency(&self, id: Uuid) -> Result<Emergency, ClientError> {
        self.post(&["v1", "emergency", &id.to_string(), "agree"], &json!({})).await
    }

    /// Refuses one as the second admin.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn refuse_emergency(&self, id: Uuid) -> Result<Emergency, ClientError> {
        self.post(&["v1", "emergency", &id.to_string(), "refuse"], &json!({})).await
    }

    /// Takes one's own back while it waits.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn withdraw_emergency(&self, id: Uuid) -> Result<Emergency, ClientError> {
        self.post(&["v1", "emergency", &id.to_string(), "withdraw"], &json!({})).await
    }

    /// What cannot go on by itself, the longest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn parked(&self) -> Result<Page<Parked>, ClientError> {
        self.get(&["v1", "parked"], vec![]).await
    }

    /// Tries a parked thing again now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn retry_parked(&self, id: Uuid) -> Result<(), ClientError> {
        self.post::<Value>(&["v1", "parked", &id.to_string(), "retry"], &json!({})).await.map(drop)
    }

    /// Says that somebody knows of a parked thing.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn acknowledge_parked(&self, id: Uuid, note: Option<&str>) -> Result<Parked, ClientError> {
        let body = note.map_or_else(|| json!({}), |note| json!({ "note": note }));
        self.post(&["v1", "parked", &id.to_string(), "acknowledge"], &body).await
    }

    /// Has a removal tried now, and asks AWS whether the access is there.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn force_revoke(&self, id: Uuid) -> Result<ForcedRevocation, ClientError> {
        self.post(&["v1", "grants", &id.to_string(), "force-revoke"], &json!({})).await
    }

    /// Tries an access again that could not be given; the grant as which it is tried.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn retry_grant(&self, id: Uuid) -> Result<Grant, ClientError> {
        self.post(&["v1", "grants", &id.to_string(), "retry"], &json!({})).await
    }

    /// How much access there was, and how late it was removed: over a `day`, a `week` or a `month`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn figures(&self, span: &str) -> Result<Figures, ClientError> {
        self.get(&["v1", "operations", "figures"], vec![("span", span.to_owned())]).await
    }

    /// How Curfew stands.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn operations(&self) -> Result<Operations, ClientError> {
        self.get(&["v1", "operations"], vec![]).await
    }
}
