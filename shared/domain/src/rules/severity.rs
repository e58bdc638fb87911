//! How urgent something is, in the organization's own words.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A severity's name: 1 to 32 lower-case letters, digits, `-` and `_`. Which ones there are is a setting.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "high")]
pub struct Severity(String);

/// Why a text is not a severity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a severity: it has 1 to 32 lower-case letters, digits, '-' and '_', for example \"critical\"")]
pub struct InvalidSeverity(String);

impl Severity {
    /// # Errors
    /// When it is not 1 to 32 lower-case letters, digits, `-` and `_`.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidSeverity> {
        let text: String = text.into();
        let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        if (1..=32).contains(&text.len()) && text.chars().all(sound) {
            Ok(Self(text))
        } else {
            Err(InvalidSeverity(text.chars().take(64).collect()))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is asked for without saying how urgent it is.
impl Default for Severity {
    fn default() -> Self {
        Self("normal".to_owned())
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Severity {
    type Error = InvalidSeverity;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(text)
    }
}

impl From<Severity> for String {
    fn from(severity: Severity) -> Self {
        severity.0
    }
}
