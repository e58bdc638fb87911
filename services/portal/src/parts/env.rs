//! An account's environment, as a tag of the account says it.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::texts::Texts;

/// The badge. Told by its word; colour and frame only help.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(source = r#"<span class="env {{ class }}">{{ word }}</span>"#, ext = "html")]
pub(crate) struct Env {
    class: &'static str,
    word: String,
}

impl HtmlSafe for Env {}

impl Env {
    pub(crate) fn new(tag: &str, t: Texts) -> Self {
        let lower = tag.to_lowercase();
        let one_of = |words: &[&str]| words.contains(&lower.as_str());
        let (class, word) = if one_of(&["production", "prod", "prd", "live"]) {
            ("env-production", t.production().to_owned())
        } else if one_of(&["staging", "stage", "stg", "preproduction", "preprod", "uat"]) {
            ("env-staging", t.staging().to_owned())
        } else if one_of(&["development", "dev", "sandbox", "test", "testing"]) {
            let word = if one_of(&["development", "dev"]) { t.development().to_owned() } else { tag.to_owned() };
            ("env-development", word)
        } else {
            ("env-other", tag.to_owned())
        };
        Self { class, word }
    }
}
