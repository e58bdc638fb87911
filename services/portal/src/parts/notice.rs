//! A sentence that stands out.

use askama::Template;
use askama::filters::HtmlSafe;

/// How it is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something to know.
    Calm,
    /// It worked.
    Good,
    /// Take care.
    Care,
    /// It did not work.
    Bad,
}

/// A sentence that stands out; what went wrong is read out at once.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(source = r#"<p class="notice {{ class }}" role="{{ role }}">{{ text }}</p>"#, ext = "html")]
pub(crate) struct Notice {
    class: &'static str,
    role: &'static str,
    text: String,
}

impl HtmlSafe for Notice {}

impl Notice {
    pub(crate) fn new(tone: Tone, text: impl Into<String>) -> Self {
        let (class, role) = match tone {
            Tone::Calm => ("calm", "note"),
            Tone::Good => ("good", "status"),
            Tone::Care => ("care", "note"),
            Tone::Bad => ("bad", "alert"),
        };
        Self { class, role, text: text.into() }
    }
}
