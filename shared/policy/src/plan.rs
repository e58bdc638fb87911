//! What would change.

use std::collections::HashMap;

use domain::rules::{Document, Kind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::difference::{Difference, differences};
use crate::export::in_full;
use crate::names::Names;
use crate::problem::Problem;
use crate::wanted::Change;
use crate::{Books, Directory, Wanted};

/// A document in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Which; of what is new not known yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// What people call it.
    pub name: String,
}

/// A document that will say something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Update {
    /// Which.
    #[serde(flatten)]
    pub entry: Entry,
    /// What changes.
    pub differences: Vec<Difference>,
}

/// What would change, and against what that was found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Plan {
    /// The revision of the documents in force; applying is refused once they have another.
    pub revision: i64,
    /// A hash over what is wanted; applying is refused when the files mean something else by then.
    pub wanted: String,
    /// What is new.
    pub creates: Vec<Entry>,
    /// What will say something else.
    pub updates: Vec<Update>,
    /// What goes.
    pub deletes: Vec<Entry>,
    /// How many stay as they are.
    pub unchanged: usize,
    /// Kinds that no file speaks of; they stay as they are.
    pub left_alone: Vec<Kind>,
    /// What somebody should look at.
    pub notes: Vec<Problem>,
}

impl Plan {
    /// Whether nothing would change.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.creates.is_empty() && self.updates.is_empty() && self.deletes.is_empty()
    }
}

/// What would change from the documents in force to those wanted.
#[must_use]
pub fn plan(books: &Books, wanted: &Wanted, directory: &Directory) -> Plan {
    let before: HashMap<Uuid, &Document> = books.documents.iter().map(|d| (d.id, d)).collect();
    // Each version in the names of its own time: a renamed policy is told where it is renamed, not in every rule.
    let names = (Names::new(directory, &books.documents), Names::new(directory, &wanted.documents));
    let changes = wanted.changes(books);
    let mut plan = Plan {
        revision: books.revision,
        wanted: wanted.hash(books.revision),
        creates: Vec::new(),
        updates: Vec::new(),
        deletes: Vec::new(),
        unchanged: 0,
        left_alone: wanted.left_alone.clone(),
        notes: wanted.notes.clone(),
    };
    for change in &changes {
        let document = change.document();
        let known = Entry { kind: document.body.kind(), id: Some(document.id), name: document.body.name().to_owned() };
        match change {
            Change::Create(_) => plan.creates.push(Entry { id: None, ..known }),
            Change::Delete(_) => plan.deletes.push(known),
            Change::Update(_) => {
                let old = before.get(&document.id).map(|old| in_full(&old.body, &names.0));
                let new = in_full(&document.body, &names.1);
                let differences = old.map(|old| differences(&old, &new)).unwrap_or_default();
                plan.updates.push(Update { entry: known, differences });
            }
        }
    }
    plan.unchanged = wanted.documents.len() - plan.creates.len() - plan.updates.len();
    plan
}
