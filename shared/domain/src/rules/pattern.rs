//! Patterns that admins write: a regular expression for what people type, a glob for names. Both are checked
//! when they are read, and match in time linear in the text.

use serde::{Deserialize, Serialize};

/// A regular expression that a whole text must match.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "[A-Z]{2,10}-[0-9]+")]
pub struct Pattern(String);

/// A name with `*` for any characters and `?` for one, for example `Team-*`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "Team-*")]
pub struct NamePattern(String);

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPattern {
    /// Nothing, or too much of it.
    #[error("a pattern has 1 to {most} characters; this one has {found}")]
    Length {
        /// How many it has.
        found: usize,
        /// How many it may have.
        most: usize,
    },
    /// Not a regular expression.
    #[error("{pattern:?} is not a regular expression: {why}")]
    Regex {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        why: String,
    },
}

const MOST: usize = 500;
/// Bounds the memory that one pattern may take, in bytes.
const COMPILED_MOST: usize = 1 << 20;

fn checked(text: String) -> Result<String, InvalidPattern> {
    let found = text.chars().count();
    if (1..=MOST).contains(&found) { Ok(text) } else { Err(InvalidPattern::Length { found, most: MOST }) }
}

fn whole(inner: &str) -> Result<regex::Regex, regex::Error> {
    regex::RegexBuilder::new(&format!("^(?:{inner})$")).size_limit(COMPILED_MOST).dot_matches_new_line(true).build()
}

impl Pattern {
    /// # Errors
    /// When it is empty, too long, or not a regular expression.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidPattern> {
        let text = checked(text.into())?;
        // By itself first: what closes a group too many must not become sound by the group put around it.
        match regex::Regex::new(&text).and_then(|_| whole(&text)) {
            Ok(_) => Ok(Self(text)),
            Err(error) => {
                let why = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
                Err(InvalidPattern::Regex { pattern: text, why })
            }
        }
    }

    /// The expression.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Ready to match whole texts; `None` cannot happen, as it was checked when it was read.
    #[must_use]
    pub fn compile(&self) -> Option<regex::Regex> {
        whole(&self.0).ok()
    }
}

impl NamePattern {
    /// # Errors
    /// When it is empty or too long.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidPattern> {
        checked(text.into()).map(Self)
    }

    /// The pattern.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Ready to match whole names.
    #[must_use]
    pub fn compile(&self) -> Option<regex::Regex> {
        whole(&regex::escape(&self.0).replace(r"\*", ".*").replace(r"\?", ".")).ok()
    }
}

macro_rules! as_text {
    ($($name:ident)+) => {$(
        impl TryFrom<String> for $name {
            type Error = InvalidPattern;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(pattern: $name) -> Self {
                pattern.0
            }
        }
    )+};
}
as_text! { Pattern NamePattern }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_the_whole_text_or_not_at_all() {
        let ticket = Pattern::parse("[A-Z]+-[0-9]+|none").unwrap().compile().unwrap();
        for (text, matches) in [("OPS-12", true), ("none", true), ("OPS-12 or so", false), ("see OPS-12", false)] {
            assert_eq!(ticket.is_match(text), matches, "{text}");
        }
    }

    #[test]
    fn what_is_no_expression_is_refused_in_words() {
        for bad in ["", "(", "a)|(b", "[z-a]", "a{1000000}", "\\"] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
        assert!(Pattern::parse("x".repeat(501)).is_err());
        let told = Pattern::parse("(").unwrap_err().to_string();
        assert!(told.contains("not a regular expression"), "{told}");
    }

    #[test]
    fn a_name_pattern_knows_only_star_and_question_mark() {
        let glob = |pattern: &str| NamePattern::parse(pattern).unwrap().compile().unwrap();
        assert!(glob("Team-*").is_match("Team-Admin"));
        assert!(!glob("Team-*").is_match("MyTeam-Admin"));
        assert!(glob("a?c").is_match("abc"));
        assert!(!glob("a.c").is_match("abc"), "a dot is a dot");
        assert!(glob("*").is_match("anything"));
    }
}
