//! What is wrong with a file, and where.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits::PROBLEMS_MOST;
use crate::mistake::{Mistake, Saying};
use crate::yaml::Place;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gravity {
    /// Nothing can be done with the files before it is mended.
    Error,
    /// It is done as it is written; somebody should look at it.
    Note,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// How bad it is.
    pub gravity: Gravity,
    /// In which file; empty when it is about all of them.
    pub file: String,
    /// The line, from 1; 0 when it is about the whole file.
    pub line: usize,
    /// The column, from 1; 0 when it is about the whole line.
    pub column: usize,
    /// The field, as a path such as `rules[2].approval.stages[0].votes`; empty when it is about none.
    pub field: String,
    /// What is wrong, and what would be right.
    pub message: String,
    /// The same by a code, where it is one of the frequent ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mistake: Option<Mistake>,
}

impl Problem {
    /// An error that is about no file in particular.
    #[must_use]
    pub const fn about_all(message: String) -> Self {
        let gravity = Gravity::Error;
        Self { gravity, file: String::new(), line: 0, column: 0, field: String::new(), message, mistake: None }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        if !self.file.is_empty() {
            f.write_str(": ")?;
        }
        if self.gravity == Gravity::Note {
            f.write_str("note: ")?;
        }
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}

/// Collects problems, the first hundred of them.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    file: String,
    found: Vec<Problem>,
    more: usize,
}

impl Problems {
    /// What is told from now on is about this file.
    pub(crate) fn about(&mut self, file: &str) {
        file.clone_into(&mut self.file);
    }

    pub(crate) fn error(&mut self, at: Place, field: &str, saying: impl Into<Saying>) {
        self.push(Gravity::Error, at, field, saying.into());
    }

    pub(crate) fn note(&mut self, at: Place, field: &str, saying: impl Into<Saying>) {
        self.push(Gravity::Note, at, field, saying.into());
    }

    fn push(&mut self, gravity: Gravity, at: Place, field: &str, saying: Saying) {
        if self.is_full() {
            self.more += usize::from(gravity == Gravity::Error);
            return;
        }
        let (file, field) = (self.file.clone(), field.to_owned());
        let Saying { message, mistake } = saying;
        self.found.push(Problem { gravity, file, line: at.line, column: at.column, field, message, mistake });
    }

    /// Whether nothing more is told, so that help need not be worked out.
    pub(crate) const fn is_full(&self) -> bool {
        self.found.len() >= PROBLEMS_MOST
    }

    pub(crate) fn errors(&self) -> usize {
        self.found.iter().filter(|p| p.gravity == Gravity::Error).count() + self.more
    }

    /// Everything found, in the order of the files; the last says how many were left out.
    pub(crate) fn finish(mut self) -> Vec<Problem> {
        if self.more > 0 {
            self.found.push(Problem::about_all(format!("and {} more", self.more)));
        }
        self.found
    }
}
