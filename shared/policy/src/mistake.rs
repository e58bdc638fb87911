//! The mistakes that are made most often, each with a code and what belongs to it, so that a page can tell them in the
//! language of its reader; and the same in English words. What is rarer is told in words alone.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::form::Sort;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Mistake {
    /// Something that has to be there is not.
    Missing,
    /// The entry has no name.
    NoName,
    /// Nothing stands behind the key.
    Nothing,
    /// It is neither true nor false.
    NotAFlag {
        /// What stands there.
        found: String,
    },
    /// It is not a whole number in this range.
    NotANumber {
        /// From.
        least: i64,
        /// To, that too.
        most: i64,
        /// What stands there.
        found: String,
    },
    /// It is none of the words that may stand here.
    NotAWord {
        /// Those that may.
        words: Vec<String>,
        /// What stands there.
        found: String,
    },
    /// It has not the form of what stands here.
    NotAText {
        /// What stands here, such as `a time of day`.
        form: String,
        /// What is wrong with it, in words.
        why: String,
    },
    /// There is nothing of this name.
    Unknown {
        /// What it would be.
        sort: Sort,
        /// The name.
        name: String,
        /// Names that are like it, in quotation marks.
        near: Vec<String>,
    },
    /// There is nothing with this id.
    UnknownId {
        /// What it would be.
        sort: Sort,
        /// The id.
        id: String,
    },
    /// Several have this name.
    Several {
        /// What they are.
        sort: Sort,
        /// The name.
        name: String,
        /// How many.
        count: usize,
        /// Their ids.
        ids: String,
    },
    /// The directory does not know it any more; it is kept as it is in force.
    Kept {
        /// What it was.
        sort: Sort,
    },
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("this is missing"),
            Self::NoName => f.write_str("the entry has no name, by which it would be known"),
            Self::Nothing => f.write_str("nothing is given here"),
            Self::NotAFlag { found } => write!(f, "this is true or false, not {found:?}"),
            Self::NotANumber { least, most, found } => {
                write!(f, "this is a whole number from {least} to {most}, without quotes; {found:?} is not")
            }
            Self::NotAWord { words, found } => write!(f, "this is {}, not {found:?}", words.join(" or ")),
            Self::NotAText { why, .. } => f.write_str(why),
            Self::Unknown { sort, name, near } => {
                write!(f, "there is no {} {name:?}", sort.one())?;
                if near.is_empty() { Ok(()) } else { write!(f, "; did you mean {}?", near.join(" or ")) }
            }
            Self::UnknownId { sort, id } => write!(f, "there is no {} with the id {id}", sort.one()),
            Self::Several { sort, name, count, ids } => {
                write!(f, "{count} {}s are called {name:?}; write the id of one: {ids}", sort.one())
            }
            Self::Kept { sort } => {
                write!(f, "the directory does not know this {}; it is kept as it is in force", sort.one())
            }
        }
    }
}

/// What is said of a mistake: in words, and by a code where it has one.
pub(crate) struct Saying {
    pub message: String,
    pub mistake: Option<Mistake>,
}

impl From<Mistake> for Saying {
    fn from(mistake: Mistake) -> Self {
        Self { message: mistake.to_string(), mistake: Some(mistake) }
    }
}

impl From<String> for Saying {
    fn from(message: String) -> Self {
        Self { message, mistake: None }
    }
}

impl From<&str> for Saying {
    fn from(message: &str) -> Self {
        Self::from(message.to_owned())
    }
}
