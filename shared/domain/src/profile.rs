//! How somebody wants pages to look, wherever they sign in.

use serde::{Deserialize, Serialize};

use crate::rules::ZoneName;

/// Colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Day.
    Light,
    /// Night.
    Dark,
}

/// A language as browsers write it: `de`, `pt-BR`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "de")]
pub struct LanguageTag(String);

/// Why a text is no language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a language; \"en\", \"de\" and \"pt-BR\" are")]
pub struct InvalidLanguage(String);

impl LanguageTag {
    /// # Errors
    /// When it is not of a language's form.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidLanguage> {
        let text: String = text.into();
        let letters = |part: &str, least: usize| {
            (least..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        let mut parts = text.split('-');
        let first = parts.next().is_some_and(|part| letters(part, 2) && part.bytes().all(|b| b.is_ascii_lowercase()));
        if first && text.len() <= 35 && parts.all(|part| letters(part, 1)) {
            Ok(Self(text))
        } else {
            Err(InvalidLanguage(text.chars().take(80).collect()))
        }
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LanguageTag {
    type Error = InvalidLanguage;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(text)
    }
}

impl From<LanguageTag> for String {
    fn from(tag: LanguageTag) -> Self {
        tag.0
    }
}

/// What somebody chose; whatever they did not is left to their browser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// The language of pages; without it, the best of those that the browser asks for.
    pub language: Option<LanguageTag>,
    /// The colours of pages; without them, the system's.
    pub theme: Option<Theme>,
    /// The time zone in which times are told; without it, the browser's.
    pub time_zone: Option<ZoneName>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_tags_and_nothing_else() {
        for good in ["en", "de", "pt-BR", "zh-Hant-TW", "sl-rozaj-biske-1994"] {
            assert_eq!(LanguageTag::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "e", "EN", "de_DE", "de-", "-de", "de--AT", "d\u{e9}", "<b>", "a language", "de\n"] {
            assert!(LanguageTag::parse(bad).is_err(), "{bad:?}");
        }
        assert!(LanguageTag::parse(format!("de{}", "-abcdefgh".repeat(4))).is_err());
    }
}
