//! The mails that really arrived.

use serde::Deserialize;

use crate::{System, eventually};

/// A mail.
#[derive(Debug, Clone, Deserialize)]
pub struct Mail {
    /// Counts them.
    pub id: u64,
    /// What it is about.
    pub subject: String,
    /// Its plain text.
    pub text: String,
    /// Its HTML.
    pub html: String,
}

impl Mail {
    /// The token of the link with this label.
    ///
    /// # Panics
    /// When there is no such link.
    #[must_use]
    pub fn link_token(&self, label: &str) -> String {
        let after = self.text.split_once(&format!("{label}:")).map(|(_, rest)| rest);
        let link = after.and_then(|rest| rest.split_whitespace().next());
        let token = link.and_then(|link| link.rsplit_once("/decide/")).map(|(_, token)| token);
        token.unwrap_or_else(|| panic!("no link {label} in {}", self.text)).to_owned()
    }
}

impl System {
    /// Every mail to somebody, the oldest first.
    ///
    /// # Panics
    /// When the mail sink is away.
    pub async fn mails(&self, user_name: &str) -> Vec<Mail> {
        let path = format!("/mail/api/messages?to={user_name}@{}", simulator::MAIL_DOMAIN);
        let mut answer = self.simulator_json(&path).await;
        serde_json::from_value(answer["messages"].take()).expect("mails")
    }

    /// Waits for a mail to somebody about a request, with these words in its subject.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn mail(&self, user_name: &str, request: uuid::Uuid, subject: &str) -> Mail {
        let id = request.to_string();
        let what = format!("a mail to {user_name} about {id} with {subject:?} in its subject");
        eventually(&what, async || {
            self.mails(user_name)
                .await
                .into_iter()
                .find(|mail| mail.subject.contains(subject) && mail.text.contains(&id))
        })
        .await
    }
}
