//! Documents to text, in an order that stays, so that two exports can be compared line by line.

use domain::rules::{Body, Document, Kind};
use serde_json::Value as Json;

use crate::form::{Choice, Record, Shape, Sort, file_key, record};
use crate::limits::FILE_MOST;
use crate::names::Names;
use crate::yaml::{Out, write};
use crate::{Directory, File};

/// Every document as one file: the kinds in the order in which they refer to one another, entries by name. Ids are
/// written only where a name would not do.
#[must_use]
pub fn export(documents: &[Document], directory: &Directory) -> String {
    let names = Names::new(directory, documents);
    write(&Out::Map(
        Kind::ALL.map(|kind| (file_key(kind).to_owned(), Out::List(entries(kind, documents, &names)))).into(),
    ))
}

/// Every document as files that are small enough to be read again: one where that does, else some for each kind.
#[must_use]
pub fn export_files(documents: &[Document], directory: &Directory) -> Vec<File> {
    let whole = export(documents, directory);
    if whole.len() <= FILE_MOST {
        return vec![File { name: "policy.yaml".to_owned(), text: whole }];
    }
    let names = Names::new(directory, documents);
    Kind::ALL.into_iter().flat_map(|kind| parts(kind, entries(kind, documents, &names))).collect()
}

/// One document as a file of its own, in the names that all of them give.
#[must_use]
pub fn export_one(document: &Document, documents: &[Document], directory: &Directory) -> File {
    let names = Names::new(directory, documents);
    let key = file_key(document.body.kind());
    let entry = Writer { names: &names, brief: true }.body(&document.body);
    File { name: format!("{key}.yaml"), text: write(&Out::Map(vec![(key.to_owned(), Out::List(vec![entry]))])) }
}

/// One kind's entries as files.
fn parts(kind: Kind, entries: Vec<Out>) -> Vec<File> {
    let key = file_key(kind);
    let mut texts = vec![String::new()];
    for entry in entries {
        // As it stands below its list.
        let text = write(&Out::Map(vec![(key.to_owned(), Out::List(vec![entry]))]));
        let entry = text.split_once('\n').map_or("", |(_, entry)| entry);
        match texts.last_mut() {
            Some(last) if last.len() + entry.len() + key.len() + 2 <= FILE_MOST => last.push_str(entry),
            Some(_) | None => texts.push(entry.to_owned()),
        }
    }
    let several = texts.len() > 1;
    let named = |(at, text): (usize, String)| File {
        name: if several { format!("{key}-{}.yaml", at + 1) } else { format!("{key}.yaml") },
        text: if text.is_empty() { format!("{key}: []\n") } else { format!("{key}:\n{text}") },
    };
    texts.into_iter().enumerate().map(named).collect()
}

fn entries(kind: Kind, documents: &[Document], names: &Names) -> Vec<Out> {
    let mut mine: Vec<&Document> = documents.iter().filter(|d| d.body.kind() == kind).collect();
    mine.sort_by(|a, b| a.body.name().cmp(b.body.name()).then(a.id.cmp(&b.id)));
    let same = |place: usize, other: Option<usize>| {
        other
            .and_then(|other| mine.get(other))
            .zip(mine.get(place))
            .is_some_and(|(a, b)| a.body.name() == b.body.name())
    };
    let written = mine.iter().enumerate().map(|(place, document)| {
        let mut entry = Writer { names, brief: true }.body(&document.body);
        // Two of one name are neighbours.
        let ambiguous = same(place, place.checked_sub(1)) || same(place, place.checked_add(1));
        if let (true, Out::Map(members)) = (ambiguous, &mut entry) {
            members.insert(0, ("id".to_owned(), Out::Text(document.id.to_string(), None)));
        }
        entry
    });
    written.collect()
}

/// A body in the form of the files with everything that it says, defaults too.
pub(crate) fn in_full(body: &Body, names: &Names) -> Out {
    Writer { names, brief: false }.body(body)
}

struct Writer<'a> {
    names: &'a Names,
    /// Whether what goes without saying is left out.
    brief: bool,
}

impl Writer<'_> {
    fn body(&self, body: &Body) -> Out {
        let spec = match body {
            Body::Rule(spec) => serde_json::to_value(spec),
            Body::ApprovalPolicy(spec) => serde_json::to_value(spec),
            Body::Guardrail(spec) => serde_json::to_value(spec),
            Body::Freeze(spec) => serde_json::to_value(spec),
            Body::Owners(spec) => serde_json::to_value(spec),
            Body::Schedule(spec) => serde_json::to_value(spec),
        };
        Out::Map(self.fields(record(body.kind()), &spec.unwrap_or_default()))
    }

    fn fields(&self, record: &Record, spec: &Json) -> Vec<(String, Out)> {
        let field = |field: &crate::form::Field| {
            let default = field.default();
            let value = match spec.get(field.name).filter(|value| !value.is_null()) {
                Some(value) => value,
                None if !self.brief => default.as_ref().filter(|value| !is_empty(value))?,
                None => return None,
            };
            if self.brief && default.as_ref() == Some(value) {
                return None;
            }
            let out = self.shape(&field.shape, value);
            let nothing =
                default.as_ref().is_some_and(is_empty) && matches!(&out, Out::Map(members) if members.is_empty());
            (!nothing).then(|| (field.name.to_owned(), out))
        };
        record.fields.iter().filter_map(field).collect()
    }

    fn shape(&self, shape: &Shape, value: &Json) -> Out {
        match shape {
            Shape::Flag | Shape::Number { .. } => Out::Bare(value.to_string()),
            Shape::Word(_) | Shape::Text(_) => Out::Text(value.as_str().unwrap_or_default().to_owned(), None),
            Shape::Name(sort) => self.name(*sort, value.as_str().unwrap_or_default()),
            Shape::List(inner) => {
                Out::List(value.as_array().into_iter().flatten().map(|value| self.shape(inner, value)).collect())
            }
            Shape::Record(record) => self.shortest(record.brief, self.fields(record, value)),
            Shape::Choice(choice) => self.choice(choice, value),
        }
    }

    fn choice(&self, choice: &Choice, value: &Json) -> Out {
        let tag = value.get(choice.tag).and_then(Json::as_str).unwrap_or_default();
        let fields = choice.option(tag).map(|record| self.fields(record, value)).unwrap_or_default();
        let brief = choice.brief.filter(|(briefly, _)| *briefly == tag).map(|(_, field)| field);
        match self.shortest(brief, fields) {
            Out::Map(mut members) => {
                members.insert(0, (choice.tag.to_owned(), Out::Text(tag.to_owned(), None)));
                Out::Map(members)
            }
            short => short,
        }
    }

    fn shortest(&self, brief: Option<&str>, mut fields: Vec<(String, Out)>) -> Out {
        match (fields.as_slice(), brief) {
            ([(name, Out::Text(..))], Some(brief)) if self.brief && name == brief => {
                fields.pop().map_or(Out::Map(Vec::new()), |(_, out)| out)
            }
            _ => Out::Map(fields),
        }
    }

    fn name(&self, sort: Sort, id: &str) -> Out {
        match (self.names.only_name(sort, id), self.names.name(sort, id)) {
            (Some(name), _) => Out::Text(name.to_owned(), None),
            (None, Some(name)) => Out::Text(id.to_owned(), Some(name.to_owned())),
            (None, None) => Out::Text(id.to_owned(), Some("unknown to the directory".to_owned())),
        }
    }
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Array(values) => values.is_empty(),
        Json::Object(map) => map.is_empty(),
        _ => false,
    }
}
