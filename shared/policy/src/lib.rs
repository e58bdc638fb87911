//! Policy as files: documents to YAML and back, what would change, and how real requests would have been decided.
//!
//! The files are close to the JSON of the API: the same fields, with names wherever the API has ids. One table
//! ([`schema`] publishes it) drives reading, writing and checking, so they cannot disagree.
//!
//! Deliberately absent: the file system, the database and the clock. Files are texts, the directory is plain data.

mod difference;
mod directory;
mod entry;
mod export;
pub mod form;
pub mod limits;
mod mistake;
mod names;
mod plan;
mod problem;
mod read;
mod replay;
mod wanted;
mod yaml;

use domain::rules::Document;

pub use difference::Difference;
pub use directory::{Account, Directory, Group, PermissionSet, Unit, User};
pub use entry::{entries, entry, entry_text, ids, in_names};
pub use export::{export, export_files, export_one};
pub use form::schema;
pub use mistake::Mistake;
pub use plan::{Entry, Plan, Update, plan};
pub use problem::{Gravity, Problem};
pub use read::{File, Rest, Wanted, read, read_as};
pub use replay::{Differs, How, Outcome, PastRequest, Replay, Replaying};
pub use wanted::Change;

/// A file as JSON, for tools that check it against the schema: what is plain and looks like a number, true or false
/// becomes one.
///
/// # Errors
/// When it is no YAML, or has what is not taken.
pub fn as_json(text: &str) -> Result<serde_json::Value, String> {
    let node = yaml::read(text).map_err(|error| format!("{}:{}: {}", error.at.line, error.at.column, error.why))?;
    Ok(node.as_ref().map(yaml::Node::to_json).unwrap_or_default())
}

/// The documents in force, and the revision that they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Books {
    /// Counts every change of any document.
    pub revision: i64,
    /// All of them, in any order.
    pub documents: Vec<Document>,
}
