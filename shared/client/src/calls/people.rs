//! What belongs to the caller alone: how pages look for them, and what of the history they look at again and again.

use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use crate::call::Extra;
use crate::{Client, ClientError, NewView, Page, Profile, View};

impl Client {
    /// How pages look for the caller.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn profile(&self) -> Result<Profile, ClientError> {
        self.get(&["v1", "me", "profile"], vec![]).await
    }

    /// Chooses it; what is none is left to the browser.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn change_profile(&self, profile: &Profile) -> Result<Profile, ClientError> {
        self.call(Method::PUT, &["v1", "me", "profile"], Some(profile), Extra::default()).await
    }

    /// The caller's views, by name.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn views(&self) -> Result<Page<View>, ClientError> {
        self.get(&["v1", "views"], vec![]).await
    }

    /// Keeps filters under a name.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn make_view(&self, view: &NewView) -> Result<View, ClientError> {
        self.post(&["v1", "views"], view).await
    }

    /// Changes a view, or what it is called.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn change_view(&self, id: Uuid, view: &NewView) -> Result<View, ClientError> {
        self.call(Method::PUT, &["v1", "views", &id.to_string()], Some(view), Extra::default()).await
    }

    /// Forgets a view.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn delete_view(&self, id: Uuid) -> Result<(), ClientError> {
        let path = ["v1", "views", &id.to_string()];
        self.call::<Value>(Method::DELETE, &path, None::<&()>, Extra::default()).await.map(drop)
    }
}
