//! The documents as they would be after a set of edits. Pure: what is in force comes in, what would be goes out.

use std::collections::{BTreeMap, HashMap};

use domain::rules::{Body, Document, Edit, Kind, Referred};
use uuid::Uuid;

use super::{InUse, Refused, Why};

/// A document's past: its kind, its last version, and whether it is in force.
pub(super) type Past = BTreeMap<Uuid, (Kind, i64, bool)>;

/// What is to be written.
#[derive(Debug)]
pub(super) struct Draft {
    /// Every document that would be in force.
    pub after: Vec<Document>,
    /// What each edit comes to, in their order; the edit's place with it.
    pub steps: Vec<(usize, Step)>,
}

/// What one edit comes to.
#[derive(Debug)]
pub(super) enum Step {
    /// A new version, and the body that it takes the place of.
    Save(Document, Option<Box<Body>>),
    /// It says the same already.
    Same(Document),
    /// It goes out of force.
    Delete(Document),
}

impl Step {
    /// The document that is in force afterwards.
    pub const fn document(&self) -> Option<&Document> {
        match self {
            Self::Save(document, _) | Self::Same(document) => Some(document),
            Self::Delete(_) => None,
        }
    }
}

impl Draft {
    /// # Errors
    /// What cannot be done, and by which edit.
    pub fn of(before: &[Document], past: &Past, edits: &[Edit]) -> Result<Self, Refused> {
        let mut after: BTreeMap<Uuid, Document> = before.iter().map(|d| (d.id, d.clone())).collect();
        let mut steps = Vec::with_capacity(edits.len());
        for (at, edit) in edits.iter().enumerate() {
            let step = step(&after, past, edit).map_err(|why| why.of(at))?;
            match &step {
                Step::Save(document, _) => drop(after.insert(document.id, document.clone())),
                Step::Delete(document) => drop(after.remove(&document.id)),
                Step::Same(_) => {}
            }
            steps.push((at, step));
        }
        let draft = Self { after: after.into_values().collect(), steps };
        draft.names_are_free()?;
        draft.nothing_hangs()?;
        Ok(draft)
    }

    /// The documents that get a new version or go away.
    pub fn touched(&self) -> Vec<Uuid> {
        self.steps
            .iter()
            .filter_map(|(_, step)| match step {
                Step::Save(document, _) | Step::Delete(document) => Some(document.id),
                Step::Same(_) => None,
            })
            .collect()
    }

    fn names_are_free(&self) -> Result<(), Refused> {
        let mut named: HashMap<(Kind, &str), Vec<Uuid>> = HashMap::new();
        for document in &self.after {
            named.entry((document.body.kind(), document.body.name())).or_default().push(document.id);
        }
        for (at, step) in &self.steps {
            let Step::Save(document, _) = step else { continue };
            let (kind, name) = (document.body.kind(), document.body.name());
            let other = named.get(&(kind, name)).into_iter().flatten().find(|id| **id != document.id);
            if let Some(by) = other {
                return Err(Why::NameTaken { kind, name: name.to_owned(), by: *by }.of(*at));
            }
        }
        Ok(())
    }

    /// A policy or schedule goes away only when nothing that stays stands on it.
    fn nothing_hangs(&self) -> Result<(), Refused> {
        for (at, step) in &self.steps {
            let Step::Delete(gone) = step else { continue };
            let stands_on = |document: &&Document| {
                document.body.references().iter().any(|reference| match (&reference.to, gone.body.kind()) {
                    (Referred::Policy(id), Kind::ApprovalPolicy) => id.uuid() == gone.id,
                    (Referred::Schedule(id), Kind::Schedule) => id.parse() == Ok(gone.id),
                    _ => false,
                })
            };
            let by: Vec<InUse> = self.after.iter().filter(stands_on).map(in_use).collect();
            if !by.is_empty() {
                return Err(Why::InUse { document: Box::new(gone.clone()), by }.of(*at));
            }
        }
        Ok(())
    }
}

fn in_use(document: &Document) -> InUse {
    InUse { kind: document.body.kind(), id: document.id, name: document.body.name().to_owned() }
}

fn step(documents: &BTreeMap<Uuid, Document>, past: &Past, edit: &Edit) -> Result<Step, Why> {
    let kind = edit.kind();
    let in_force = |id: &Uuid| documents.get(id).filter(|d| d.body.kind() == kind).ok_or(Why::NoDocument(kind));
    let seen = |current: &Document, given: i64| match current.version {
        current if current == given => Ok(()),
        current => Err(Why::Stale { given, current }),
    };
    match edit {
        Edit::Make { id, document: body } => {
            let id = id.unwrap_or_else(store::new_id);
            let version = match past.get(&id) {
                None => 1,
                Some((was, last, false)) if *was == kind => last + 1,
                Some(_) => return Err(Why::IdTaken(id)),
            };
            Ok(Step::Save(Document { id, version, body: body.clone() }, None))
        }
        Edit::Change { id, version, document: body } => {
            let current = in_force(id)?;
            seen(current, *version)?;
            if current.body == *body {
                return Ok(Step::Same(current.clone()));
            }
            let document = Document { id: *id, version: version + 1, body: body.clone() };
            Ok(Step::Save(document, Some(Box::new(current.body.clone()))))
        }
        Edit::Delete { id, version, .. } => {
            let current = in_force(id)?;
            version.map_or(Ok(()), |version| seen(current, version))?;
            Ok(Step::Delete(current.clone()))
        }
    }
}
