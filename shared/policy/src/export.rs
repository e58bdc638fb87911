//! Documents to text, in an order that stays, so that two exports can be compared line by line.

use domain::rules::{Body, Document, Kind};
use serde_json::Value as Json;

use crate::Directory;
use crate::form::{Choice, Record, Shape, Sort, file_key, record};
use crate::names::Names;
use crate::yaml::{Out, write};

/// Every document as one file: the kinds in the order in which they refer to one another, entries by name. Ids are
/// written only where a name would not do.
#[must_use]
pub fn export(documents: &[Document], directory: &Directory) -> String {
    let names = Names::new(directory, documents);
    let lists = Kind::ALL.map(|kind| {
        let mut mine: Vec<&Document> = documents.iter().filter(|d| d.body.kind() == kind).collect();
        mine.sort_by(|a, b| a.body.name().cmp(b.body.name()).then(a.id.cmp(&b.id)));
        let entries = mine.iter().map(|document| {
            let mut entry = Writer { names: &names, brief: true }.body(&document.body);
            let same = mine.iter().filter(|other| other.body.name() == document.body.name()).count();
            if let (true, Out::Map(members)) = (same > 1, &mut entry) {
                members.insert(0, ("id".to_owned(), Out::Text(document.id.to_string(), None)));
            }
            entry
        });
        (file_key(kind).to_owned(), Out::List(entries.collect()))
    });
    write(&Out::Map(lists.into()))
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
