//! A permission set in an account.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Env;

/// What is asked for or given, with the account's number and environment.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = r#"<span class="pair"><b dir="auto">{{ set }}</b> <span class="in"><span dir="auto">{{ account }}</span>{% if let Some(number) = number %} <span class="id">{{ number }}</span>{% endif %}</span>{% if let Some(env) = env %} {{ env }}{% endif %}</span>"#,
    ext = "html"
)]
pub(crate) struct PairPart {
    pub set: String,
    pub account: String,
    /// Where the account has a name beside it.
    pub number: Option<String>,
    pub env: Option<Env>,
}

impl HtmlSafe for PairPart {}

impl PairPart {
    /// In one line of plain text, for headings and buttons.
    pub(crate) fn plain(&self, t: crate::texts::Texts) -> String {
        t.in_account(&self.set, &self.account)
    }
}
