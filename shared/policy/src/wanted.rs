//! What was read, as changes that can be stored.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::rules::{Document, Kind};
use serde::de::Error as _;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Books, Wanted};

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
    /// The steps, in an order in which no name is ever given twice: what is new or differs first, kinds that are
    /// referred to before those that refer, then what goes, the other way round; what frees a name that is needed
    /// goes before.
    #[must_use]
    pub fn changes(&self, books: &Books) -> Vec<Change> {
        let (mut ordered, circle) = self.ordered(books);
        ordered.extend(circle);
        ordered
    }

    /// The steps in order, and those that wait for one another's names for ever.
    pub(crate) fn ordered(&self, books: &Books) -> (Vec<Change>, Vec<Change>) {
        let before: HashMap<Uuid, &Document> = books.documents.iter().map(|d| (d.id, d)).collect();
        let mut holders: HashMap<(Kind, &str), BTreeSet<Uuid>> = HashMap::new();
        for document in &books.documents {
            holders.entry((document.body.kind(), document.body.name())).or_default().insert(document.id);
        }
        let mut waiting = self.steps(&before, books);
        let mut ordered = Vec::new();
        while !waiting.is_empty() {
            let (steps, goes): (Vec<Change>, Vec<Change>) =
                waiting.into_iter().partition(|change| !matches!(change, Change::Delete(_)));
            let mut rest = Vec::new();
            let found = ordered.len();
            for step in steps {
                let document = step.document();
                let name = (document.body.kind(), document.body.name());
                let old = before.get(&document.id).map(|old| old.body.name());
                let free = old == Some(name.1) || holders.get(&name).is_none_or(BTreeSet::is_empty);
                if free {
                    if let Some(holders) = old.and_then(|old| holders.get_mut(&(name.0, old))) {
                        holders.remove(&document.id);
                    }
                    ordered.push(step);
                } else {
                    rest.push(step);
                }
            }
            // Going frees names; it waits only while others can go on.
            if ordered.len() == found {
                if goes.is_empty() {
                    return (ordered, rest);
                }
                for step in goes {
                    let document = step.document();
                    let name = before.get(&document.id).map(|old| (old.body.kind(), old.body.name()));
                    if let Some(holders) = name.and_then(|name| holders.get_mut(&name)) {
                        holders.remove(&document.id);
                    }
                    ordered.push(step);
                }
                waiting = rest;
            } else {
                rest.extend(goes);
                waiting = rest;
            }
        }
        (ordered, Vec::new())
    }

    fn steps(&self, before: &HashMap<Uuid, &Document>, books: &Books) -> Vec<Change> {
        let after: BTreeSet<Uuid> = self.documents.iter().map(|d| d.id).collect();
        let place = |kind: Kind| Kind::ALL.iter().position(|k| *k == kind);
        let mut steps: Vec<Change> = self
            .documents
            .iter()
            .filter_map(|document| match before.get(&document.id) {
                None => Some(Change::Create(document.clone())),
                Some(old) if old.body != document.body => Some(Change::Update(document.clone())),
                Some(_) => None,
            })
            .collect();
        steps.sort_by_key(|change| (place(change.document().body.kind()), change.document().id));
        let mut gone: Vec<&Document> = books.documents.iter().filter(|d| !after.contains(&d.id)).collect();
        gone.sort_by_key(|document| (std::cmp::Reverse(place(document.body.kind())), document.id));
        steps.extend(gone.into_iter().cloned().map(Change::Delete));
        steps
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
