//! Handing messages over: mails by SMTP, webhooks by HTTP. One try each; when to try again is
//! [`crate::backoff`]'s.

pub mod guard;
pub mod mail;
pub mod signature;
pub mod webhook;

use std::time::Duration;

use jiff::SignedDuration;

/// How long one try may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What came of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// The other side took it.
    Taken { status: i32 },
    /// It may work later.
    Failed { status: Option<i32>, why: String, after: Option<SignedDuration> },
    /// It will never work.
    Refused { status: Option<i32>, why: String },
}

/// An error with its causes, on one line of at most 300 characters.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    one_line(&text)
}

/// What the other side said, fit for a row, a log line and a page.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect::<String>().trim().to_owned()
}
