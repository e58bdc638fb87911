//! What goes with asking and deciding: explanations, templates, delegations, incidents and reviews.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::call::Extra;
use crate::{
    Access, Client, ClientError, Delegation, Explanation, Incident, Look, NewDelegation, NewIncident, NewTemplate,
    Page, Pair, Question, Review, Template,
};

impl Client {
    /// What would happen if this were asked for, and why.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn explain(&self, question: &Question) -> Result<Explanation, ClientError> {
        self.post(&["v1", "eligibility", "explain"], question).await
    }

    /// Who could get it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn access(&self, pair: &Pair) -> Result<Access, ClientError> {
        let query = vec![("account", pair.account.clone()), ("permission_set", pair.permission_set.clone())];
        self.get(&["v1", "access"], query).await
    }

    /// The caller's templates.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn templates(&self) -> Result<Page<Template>, ClientError> {
        self.get(&["v1", "templates"], vec![]).await
    }

    /// Keeps what is asked for again and again.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn make_template(&self, template: &NewTemplate) -> Result<Template, ClientError> {
        self.post(&["v1", "templates"], template).await
    }

    /// Forgets a template.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn delete_template(&self, id: Uuid) -> Result<(), ClientError> {
        let path = ["v1", "templates", &id.to_string()];
        self.call::<Value>(Method::DELETE, &path, None::<&()>, Extra::default()).await.map(drop)
    }

    /// Who stands in for whom, as far as the caller may know.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn delegations(&self) -> Result<Page<Delegation>, ClientError> {
        self.get(&["v1", "delegations"], vec![]).await
    }

    /// Lets somebody stand in.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn delegate(&self, delegation: &NewDelegation) -> Result<Delegation, ClientError> {
        self.post(&["v1", "delegations"], delegation).await
    }

    /// Ends a delegation before its time.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn end_delegation(&self, id: Uuid) -> Result<Delegation, ClientError> {
        self.post(&["v1", "delegations", &id.to_string(), "end"], &json!({})).await
    }

    /// Incidents, the newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn incidents(&self) -> Result<Page<Incident>, ClientError> {
        self.get(&["v1", "incidents"], vec![]).await
    }

    /// Opens an incident, or answers the one with the same reference that is open.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn open_incident(&self, incident: &NewIncident) -> Result<Incident, ClientError> {
        self.post(&["v1", "incidents"], incident).await
    }

    /// Says that it is over.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn close_incident(&self, id: Uuid) -> Result<Incident, ClientError> {
        self.post(&["v1", "incidents", &id.to_string(), "close"], &json!({})).await
    }

    /// The looks that the caller may take.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn reviews(&self) -> Result<Page<Review>, ClientError> {
        self.get(&["v1", "reviews"], vec![]).await
    }

    /// Says what was seen.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn review(&self, id: Uuid, look: &Look) -> Result<Review, ClientError> {
        self.post(&["v1", "reviews", &id.to_string()], look).await
    }
}
