//! Policy as files.

use policy::{File, Plan, Problem, Replay, Rest};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything in force as files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// The revision that they are of.
    pub revision: i64,
    /// One, or several where one would be too large to be read again.
    pub files: Vec<File>,
}

/// What is to be planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFiles {
    /// All files together.
    pub files: Vec<File>,
    /// The requests of how many days are replayed; 0 for none.
    pub days: u16,
    /// What becomes of those of a kind that the files have a list of, but not of these.
    #[serde(default)]
    pub rest: Rest,
}

/// What files would change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    /// What is wrong with the files; with errors among it there is no plan.
    pub problems: Vec<Problem>,
    /// What would change.
    pub plan: Option<Plan>,
    /// What that means: what it makes easier to get, and active access that it would not allow any more.
    pub weighed: Option<Value>,
    /// Whether it would wait for a second person.
    pub second_person: bool,
    /// How past requests would have been decided.
    pub replay: Option<Replay>,
}

/// What is to be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplyFiles {
    /// All files together.
    pub files: Vec<File>,
    /// The plan's revision.
    pub revision: i64,
    /// The plan's hash of what is wanted.
    pub wanted: String,
    /// Why, for the audit log and for the second person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What becomes of those that the files leave out, as it was planned.
    #[serde(default)]
    pub rest: Rest,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedFiles {
    /// `applied`, `waiting` for a second person, or `unchanged`.
    pub outcome: String,
    /// The revision that is in force now.
    pub revision: i64,
    /// The change that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
}
