//! What is wrong with an export, and where.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// Where something stands in an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, as it was named.
    #[serde(serialize_with = "as_text")]
    pub file: Arc<str>,
    /// The line on which the item begins, from 1.
    pub line: u64,
}

fn as_text<S: serde::Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.file, self.line)
    }
}

/// Why an export cannot be taken over, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// Which item, by its table and id.
    pub item: Option<String>,
    /// Which attribute, as a path such as `accounts[2].id`.
    pub attribute: Option<String>,
    /// What is wrong, and what would be right.
    pub why: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place)?;
        if let Some(item) = &self.item {
            write!(f, ", {item}")?;
        }
        if let Some(attribute) = &self.attribute {
            write!(f, ", {attribute}")?;
        }
        write!(f, ": {}", self.why)
    }
}

/// What was found, short enough to be shown.
pub(crate) fn shown(text: &str) -> String {
    let cut: String = text.chars().take(60).collect();
    if cut.len() < text.len() { format!("{cut:?}…") } else { format!("{cut:?}") }
}
