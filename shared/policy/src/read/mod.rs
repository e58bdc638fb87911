//! Files to documents: as much as can be told is told at once, and nothing is taken that is not meant.

mod entries;
mod value;

use std::collections::BTreeMap;

use domain::rules::{Body, Document, Kind};
use uuid::Uuid;

use crate::form::{Sort, file_key};
use crate::limits::{FILE_MOST, FILES_MOST, FILES_MOST_BYTES};
use crate::names::Names;
use crate::problem::{Gravity, Problem, Problems};
use crate::yaml::{self, Node, Place, Value};
use crate::{Books, Directory};

use entries::Entry;

/// A file's name and what it says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its name, for messages.
    pub name: String,
    /// Its text, YAML.
    pub text: String,
}

/// What becomes of those of a kind that the files have a list of, but not of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    /// They are to be deleted: the files are all there is.
    #[default]
    Goes,
    /// They stay as they are: the files are some of many.
    Stays,
}

/// What files say should be in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Everything that would be in force, ordered by id, in its next version where it differs. What is new has an id
    /// that is only good for this reading (`Wanted::with_ids`).
    pub documents: Vec<Document>,
    /// The ids that stand in for those of new documents, in their order.
    pub new: Vec<Uuid>,
    /// Kinds that no file speaks of: they stay as they are.
    pub left_alone: Vec<Kind>,
    /// What somebody should look at.
    pub notes: Vec<Problem>,
    pub(crate) sources: BTreeMap<Uuid, Source>,
}

/// Where a document stands in the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    file: String,
    field: String,
    node: Node,
}

impl Source {
    pub(crate) fn problem(&self, field: &str, message: String) -> Problem {
        let at = value::find(&self.node, field);
        let field = if field.is_empty() { self.field.clone() } else { format!("{}.{field}", self.field) };
        Problem {
            gravity: Gravity::Error,
            file: self.file.clone(),
            line: at.line,
            column: at.column,
            field,
            message,
            mistake: None,
        }
    }
}

/// Reads files against the directory and the documents in force.
///
/// Entries are known by their names, or by `id` where one is given. A kind that no file has a list of is left as it
/// is; of the others, what is in no file is to be deleted.
///
/// # Errors
/// Everything that is wrong with them, in the order of the files.
pub fn read(files: &[File], directory: &Directory, books: &Books) -> Result<Wanted, Vec<Problem>> {
    read_as(files, Rest::Goes, directory, books)
}

/// The same where what is in no file goes or stays.
///
/// # Errors
/// Everything that is wrong with them, in the order of the files.
pub fn read_as(files: &[File], rest: Rest, directory: &Directory, books: &Books) -> Result<Wanted, Vec<Problem>> {
    let mut problems = Problems::default();
    if !within_limits(files, &mut problems) {
        return Err(problems.finish());
    }
    let mut lists: BTreeMap<Kind, Vec<Entry>> = BTreeMap::new();
    for file in files {
        problems.about(&file.name);
        match yaml::read(&file.text) {
            Ok(Some(node)) if !node.is_nothing() => top(file, node, &mut lists, &mut problems),
            Ok(_) => {
                problems.error(Place { line: 1, column: 1 }, "", "the file says nothing; give lists such as rules")
            }
            Err(error) => problems.error(error.at, "", error.why),
        }
    }
    if lists.is_empty() && problems.errors() == 0 {
        problems.about("");
        problems.error(Place::default(), "", "no file has any list; `rules: []` would delete every rule");
    }
    let mut names = Names::new(directory, &books.documents);
    let placed = entries::place(lists, books, &mut problems);
    let left_alone: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| !placed.contains_key(kind)).collect();
    let stays = |document: &&Document| match placed.get(&document.body.kind()) {
        None => true,
        Some(placed) => rest == Rest::Stays && placed.iter().all(|placed| placed.id != document.id),
    };
    let mut documents: Vec<Document> = books.documents.iter().filter(stays).cloned().collect();
    for (kind, sort) in [(Kind::ApprovalPolicy, Sort::Policy), (Kind::Schedule, Sort::Schedule)] {
        if let Some(placed) = placed.get(&kind) {
            let others = documents.iter().filter(|d| d.body.kind() == kind).map(|d| (d.id, d.body.name()));
            names.replace(sort, placed.iter().map(|p| (p.id, p.entry.name.as_str())).chain(others));
        }
    }
    let mut new = Vec::new();
    for placed in placed.values().flatten() {
        problems.about(&placed.entry.file);
        let Some(body) = value::body(placed, &names, &mut problems) else { continue };
        let before = books.documents.iter().find(|d| d.id == placed.id);
        let version = before.map_or(1, |d| if d.body == body { d.version } else { d.version + 1 });
        if before.is_none() {
            new.push(placed.id);
        }
        documents.push(Document { id: placed.id, version, body });
    }
    if problems.errors() == 0 {
        hanging(&documents, books, &left_alone, &names, &mut problems);
    }
    documents.sort_by_key(|document| document.id);
    new.sort_unstable();
    let failed = problems.errors() > 0;
    let mut notes = problems.finish();
    // In the order in which somebody goes through the files; what is about all of them comes last.
    let of = |problem: &Problem| files.iter().position(|file| file.name == problem.file).unwrap_or(files.len());
    notes.sort_by_key(|problem| (of(problem), problem.line, problem.column));
    if failed {
        return Err(notes);
    }
    let sources = placed.into_values().flatten().map(|placed| (placed.id, placed.entry.into_source())).collect();
    Ok(Wanted { documents, new, left_alone, notes, sources })
}

fn within_limits(files: &[File], problems: &mut Problems) -> bool {
    if files.is_empty() {
        problems.error(Place::default(), "", "no file was given");
    }
    if files.len() > FILES_MOST {
        problems.error(Place::default(), "", format!("{} files are more than {FILES_MOST}", files.len()));
        return false;
    }
    for file in files.iter().filter(|file| file.text.len() > FILE_MOST) {
        problems.about(&file.name);
        let found = file.text.len();
        problems.error(
            Place::default(),
            "",
            format!("the file has {found} bytes, more than {FILE_MOST}; make several files of it"),
        );
    }
    let whole: usize = files.iter().map(|file| file.text.len()).sum();
    if whole > FILES_MOST_BYTES {
        problems.about("");
        problems.error(Place::default(), "", format!("the files have {whole} bytes, more than {FILES_MOST_BYTES}"));
    }
    problems.errors() == 0
}

/// The lists of one file.
fn top(file: &File, node: Node, lists: &mut BTreeMap<Kind, Vec<Entry>>, problems: &mut Problems) {
    let known = Kind::ALL.map(file_key);
    let Value::Map(members) = node.value else {
        let message = format!("a policy file has lists ({}); this is {}", known.join(", "), node.what());
        problems.error(node.at, "", message);
        return;
    };
    for (key, node) in members {
        let Some(kind) = Kind::ALL.into_iter().find(|kind| file_key(*kind) == key.text) else {
            problems.error(key.at, &key.text, value::unknown(&key.text, &known, "a policy file"));
            continue;
        };
        let field = file_key(kind);
        let list = lists.entry(kind).or_default();
        if node.is_nothing() {
            problems.error(key.at, field, "nothing is listed; write [] where none is meant");
            continue;
        }
        let Value::List(members) = node.value else {
            problems.error(node.at, field, format!("this is a list of entries, not {}", node.what()));
            continue;
        };
        for (place, node) in members.into_iter().enumerate() {
            list.extend(Entry::read(kind, &file.name, format!("{field}[{place}]"), node, problems));
        }
    }
}

/// What stays as it is may name what the files delete.
fn hanging(documents: &[Document], books: &Books, left_alone: &[Kind], names: &Names, problems: &mut Problems) {
    problems.about("");
    for document in documents.iter().filter(|d| left_alone.contains(&d.body.kind())) {
        for (sort, id) in named(&document.body) {
            let there = books.documents.iter().any(|d| d.id.to_string() == id);
            if there && names.name(sort, &id).is_none() {
                let (kind, name) = (document.body.kind(), document.body.name());
                let message = format!(
                    "{} {name:?} needs the {} {id}, which no file has; give it, or give {} too",
                    told(kind),
                    sort.one(),
                    file_key(kind)
                );
                problems.error(Place::default(), "", message);
            }
        }
    }
}

/// A kind in a sentence.
pub(crate) const fn told(kind: Kind) -> &'static str {
    match kind {
        Kind::Rule => "the rule",
        Kind::ApprovalPolicy => "the approval policy",
        Kind::Guardrail => "the guardrail",
        Kind::Freeze => "the freeze",
        Kind::Owners => "the binding of owners",
        Kind::Schedule => "the schedule",
    }
}

/// The approval policies and schedules that a document names.
fn named(body: &Body) -> Vec<(Sort, String)> {
    fn walk(value: &serde_json::Value, found: &mut Vec<(Sort, String)>) {
        match value {
            serde_json::Value::Array(values) => values.iter().for_each(|v| walk(v, found)),
            serde_json::Value::Object(map) => {
                let text = |key: &str| map.get(key).and_then(serde_json::Value::as_str);
                if let (Some("named"), Some(id)) = (text("kind"), text("policy")) {
                    found.push((Sort::Policy, id.to_owned()));
                }
                if let (Some("curfew"), Some(id)) = (text("source"), text("id")) {
                    found.push((Sort::Schedule, id.to_owned()));
                }
                map.values().for_each(|v| walk(v, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Ok(value) = serde_json::to_value(body) {
        walk(&value, &mut found);
    }
    found
}
