//! Which entry is which document: by its id where one is given, else by its name.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::rules::Kind;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Source, told};
use crate::Books;
use crate::mistake::Mistake;
use crate::problem::Problems;
use crate::yaml::{Node, Place, Value};

/// An entry of a list, not yet looked at closely.
pub(super) struct Entry {
    pub kind: Kind,
    pub file: String,
    /// Its path in the file.
    pub field: String,
    pub name: String,
    name_at: Place,
    id: Option<(Uuid, Place)>,
    /// Without `id`.
    pub node: Node,
}

/// An entry with the id of its document.
pub(super) struct Placed {
    pub id: Uuid,
    pub entry: Entry,
}

impl Entry {
    /// Its name and id; `None` when it cannot even be told which it is.
    pub(super) fn read(kind: Kind, file: &str, field: String, node: Node, problems: &mut Problems) -> Option<Self> {
        let (at, what) = (node.at, node.what());
        let Value::Map(mut members) = node.value else {
            problems.error(at, &field, format!("an entry is a mapping with a name, not {what}"));
            return None;
        };
        let id = match members.iter().position(|(key, _)| key.text == "id") {
            Some(place) => id(&members.remove(place).1, &field, problems),
            None => None,
        };
        let name = members.iter().find(|(key, _)| key.text == "name").map(|(_, node)| node);
        let name = name.and_then(|node| match &node.value {
            Value::Scalar { text, .. } if !node.is_nothing() => Some((text.clone(), node.at)),
            _ => None,
        });
        let Some((name, name_at)) = name else {
            problems.error(at, &format!("{field}.name"), Mistake::NoName);
            return None;
        };
        let node = Node { at, value: Value::Map(members) };
        Some(Self { kind, file: file.to_owned(), field, name, name_at, id, node })
    }

    pub(super) fn into_source(self) -> Source {
        Source { file: self.file, field: self.field, node: self.node }
    }

    fn place(&self) -> String {
        format!("{}:{}", self.file, self.name_at.line)
    }
}

fn id(node: &Node, field: &str, problems: &mut Problems) -> Option<(Uuid, Place)> {
    let text = match &node.value {
        Value::Scalar { text, .. } => text.as_str(),
        Value::List(_) | Value::Map(_) => "",
    };
    let parsed = Uuid::try_parse(text).ok();
    if parsed.is_none() {
        let message = "an id is a UUID, as `curfew policy export` writes it; leave it out to go by the name";
        problems.error(node.at, &format!("{field}.id"), message);
    }
    parsed.map(|id| (id, node.at))
}

/// Gives each entry the id of its document: that in force, or one that stands in for a new one's.
pub(super) fn place(
    lists: BTreeMap<Kind, Vec<Entry>>,
    books: &Books,
    problems: &mut Problems,
) -> BTreeMap<Kind, Vec<Placed>> {
    let mut claimed: HashMap<Uuid, String> = HashMap::new();
    for entry in lists.values().flatten() {
        problems.about(&entry.file);
        let Some((id, at)) = entry.id else { continue };
        let field = format!("{}.id", entry.field);
        if !books.documents.iter().any(|d| d.id == id && d.body.kind() == entry.kind) {
            let message =
                format!("{} with this id is not in force; leave the id out to make a new one", told(entry.kind));
            problems.error(at, &field, message);
        } else if let Some(first) = claimed.get(&id) {
            problems.error(at, &field, format!("this id was given already, in {first}"));
        } else {
            claimed.insert(id, entry.place());
        }
    }
    let by_name = by_name(books, &claimed);
    lists.into_iter().map(|(kind, entries)| (kind, place_kind(kind, entries, books, &by_name, problems))).collect()
}

/// The documents in force that no entry has claimed by its id.
fn by_name<'a>(books: &'a Books, claimed: &HashMap<Uuid, String>) -> HashMap<(Kind, &'a str), Vec<Uuid>> {
    let mut by_name: HashMap<(Kind, &str), Vec<Uuid>> = HashMap::new();
    for document in books.documents.iter().filter(|d| !claimed.contains_key(&d.id)) {
        by_name.entry((document.body.kind(), document.body.name())).or_default().push(document.id);
    }
    by_name
}

fn place_kind(
    kind: Kind,
    entries: Vec<Entry>,
    books: &Books,
    by_name: &HashMap<(Kind, &str), Vec<Uuid>>,
    problems: &mut Problems,
) -> Vec<Placed> {
    let mut seen: HashMap<String, (String, bool)> = HashMap::new();
    let taken: HashSet<Uuid> = books.documents.iter().map(|d| d.id).collect();
    let mut placed = Vec::new();
    for entry in entries {
        problems.about(&entry.file);
        let (has_id, field) = (entry.id.is_some(), format!("{}.name", entry.field));
        match seen.get(&entry.name) {
            // Two of one name are told apart by their ids.
            Some((_, true)) if has_id => {}
            Some((first, _)) => {
                let message = format!("{} {:?} is in {first} already; a name is given once", told(kind), entry.name);
                problems.error(entry.name_at, &field, message);
                continue;
            }
            None => {
                seen.insert(entry.name.clone(), (entry.place(), has_id));
            }
        }
        let in_force = by_name.get(&(kind, entry.name.as_str())).map(Vec::as_slice);
        let id = match (entry.id, in_force) {
            (Some((id, _)), _) => id,
            (None, Some([id])) => *id,
            (None, Some(several)) => {
                let ids: Vec<String> = several.iter().map(Uuid::to_string).collect();
                let message = format!(
                    "{} in force have this name; give the id of the one that is meant: {}",
                    ids.len(),
                    ids.join(", ")
                );
                problems.error(entry.name_at, &field, message);
                continue;
            }
            (None, None) => stand_in(books.revision, kind, &entry.name, &taken),
        };
        placed.push(Placed { id, entry });
    }
    placed
}

/// An id for a new document, the same whenever the same files are read against the same revision. It has the form
/// of a UUIDv7 of the far future, so that what is new comes after what is there.
fn stand_in(revision: i64, kind: Kind, name: &str, taken: &HashSet<Uuid>) -> Uuid {
    let mut round: u32 = 0;
    loop {
        let digest = Sha256::new()
            .chain_update(revision.to_be_bytes())
            .chain_update(kind.as_str())
            .chain_update([0])
            .chain_update(name)
            .chain_update(round.to_be_bytes())
            .finalize();
        let (_, random) = digest.split_at(22);
        let mut bytes = [0xff; 16];
        bytes.iter_mut().skip(6).zip(random).for_each(|(byte, random)| *byte = *random);
        let mut builder = uuid::Builder::from_bytes(bytes);
        builder.set_variant(uuid::Variant::RFC4122).set_version(uuid::Version::SortRand);
        let id = builder.into_uuid();
        if !taken.contains(&id) {
            return id;
        }
        round += 1;
    }
}
