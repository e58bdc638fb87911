//! The mail that really arrived.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::dev_issuer::People;

/// A mail as the mail viewer has it.
#[derive(Debug, Clone, Deserialize)]
pub struct Mail {
    /// What it is about.
    pub subject: String,
    /// Its plain text.
    #[serde(default)]
    pub text: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    List(Vec<Mail>),
    Page { messages: Vec<Mail> },
}

/// Waits for a mail to this address that `wanted` accepts.
pub async fn wait_for(people: &People, to: &str, what: &str, wanted: impl Fn(&Mail) -> bool) -> anyhow::Result<Mail> {
    let until = Instant::now() + Duration::from_secs(30);
    let mut seen = Vec::new();
    while Instant::now() < until {
        let mut url = people.simulator().join("mail/api/messages")?;
        url.query_pairs_mut().append_pair("to", to);
        let answer: Answer =
            people.http().get(url).send().await.context("the mail viewer")?.json().await.context("the mail viewer")?;
        let (Answer::List(mails) | Answer::Page { messages: mails }) = answer;
        if let Some(mail) = mails.iter().find(|mail| wanted(mail)) {
            return Ok(mail.clone());
        }
        seen = mails.into_iter().map(|mail| mail.subject).collect();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("no mail to {to} {what} within 30 s; there are {seen:?}")
}

/// The token of the link that follows this word in the mail's text.
pub fn token_after(mail: &Mail, word: &str) -> anyhow::Result<String> {
    let lower = mail.text.to_lowercase();
    let at = lower.find(&word.to_lowercase()).with_context(|| format!("the mail has no {word}: {}", mail.text))?;
    let rest = mail.text.get(at..).unwrap_or_default();
    let token = rest.split("/decide/").nth(1).with_context(|| format!("no link after {word}: {}", mail.text))?;
    Ok(token.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect())
}
