//! What was read, as changes that can be stored.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::rules::{Document, Edit, Kind};
use serde::de::Error as _;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Books, Problem, Wanted};

/// One step from the documents in force to those wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is new; its version is 1.
    Create(Document),
    /// It says something else; its version is the next.
    Update(Document),
    /// It goes.
    Delete(Document),
}

impl Change {
    /// The document: as it shall be, or as it was.
    #[must_use]
    pub const fn document(&self) -> &Document {
        match self {
            Self::Create(document) | Self::Update(document) | Self::Delete(document) => document,
        }
    }
}

impl Wanted {
    /// The steps: what is new or differs first, kinds that are referred to before those that refer, then what goes,
    /// the other way round.
    #[must_use]
    pub fn changes(&self, books: &Books) -> Vec<Change> {
        let before: HashMap<Uuid, &Document> = books.documents.iter().map(|d| (d.id, d)).collect();
        let after: BTreeSet<Uuid> = self.documents.iter().map(|d| d.id).collect();
        let place = |kind: Kind| Kind::ALL.iter().position(|k| *k == kind);
        let mut changes: Vec<Change> = self
            .documents
            .iter()
            .filter_map(|document| match before.get(&document.id) {
                None => Some(Change::Create(document.clone())),
                Some(old) if old.body != document.body => Some(Change::Update(document.clone())),
                Some(_) => None,
            })
            .collect();
        changes.sort_by_key(|change| (place(change.document().body.kind()), change.document().id));
        let mut gone: Vec<&Document> = books.documents.iter().filter(|d| !after.contains(&d.id)).collect();
        gone.sort_by_key(|document| (std::cmp::Reverse(place(document.body.kind())), document.id));
        changes.extend(gone.into_iter().cloned().map(Change::Delete));
        changes
    }

    /// A problem with a document that was found after reading, at the place in the file where it stands.
    #[must_use]
    pub fn problem(&self, document: Uuid, field: Option<&str>, message: String) -> Problem {
        self.sources.get(&document).map_or_else(
            || Problem::about_all(message.clone()),
            |source| source.problem(field.unwrap_or_default(), message.clone()),
        )
    }

    /// The ids of every document that is new, differs or goes.
    #[must_use]
    pub fn changed(&self, books: &Books) -> BTreeSet<Uuid> {
        self.changes(books).iter().map(|change| change.document().id).collect()
    }

    /// A hash over everything wanted and the revision that it was read against: the same files give the same one
    /// as long as nothing else changed.
    #[must_use]
    pub fn hash(&self, revision: i64) -> String {
        let documents = serde_json::to_vec(&self.documents).unwrap_or_default();
        hex::encode(Sha256::new().chain_update(revision.to_be_bytes()).chain_update(documents).finalize())
    }

    /// The same steps as edits.
    #[must_use]
    pub fn edits(&self, books: &Books) -> Vec<Edit> {
        let edit = |change| match change {
            Change::Create(Document { id, body, .. }) => Edit::Make { id: Some(id), document: body },
            Change::Update(Document { id, version, body }) => {
                // The version that was seen is the one before that which it makes.
                Edit::Change { id, version: version - 1, document: body }
            }
            Change::Delete(Document { id, version, body }) => {
                Edit::Delete { kind: body.kind(), id, version: Some(version) }
            }
        };
        self.changes(books).into_iter().map(edit).collect()
    }

    /// With lasting ids for what is new, made in the order in which the new documents are evaluated.
    ///
    /// # Errors
    /// When a document cannot be written as JSON and read again, which cannot happen.
    pub fn with_ids(mut self, mut fresh: impl FnMut() -> Uuid) -> Result<Self, serde_json::Error> {
        let ids: BTreeMap<String, Uuid> = self.new.iter().map(|id| (id.to_string(), fresh())).collect();
        if ids.is_empty() {
            return Ok(self);
        }
        for document in &mut self.documents {
            let mut json = serde_json::to_value(&*document)?;
            rename(&mut json, &ids);
            *document = serde_json::from_value(json)?;
        }
        let lasting = |id: &Uuid| ids.get(&id.to_string()).copied();
        self.new =
            self.new.iter().map(lasting).collect::<Option<_>>().ok_or_else(|| serde_json::Error::custom("ids"))?;
        self.documents.sort_by_key(|document| document.id);
        Ok(self)
    }
}

fn rename(value: &mut Json, ids: &BTreeMap<String, Uuid>) {
    match value {
        Json::String(text) => {
            if let Some(id) = ids.get(text) {
                *text = id.to_string();
            }
        }
        Json::Array(values) => values.iter_mut().for_each(|value| rename(value, ids)),
        Json::Object(map) => map.values_mut().for_each(|value| rename(value, ids)),
        _ => {}
    }
}
