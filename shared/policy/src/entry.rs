//! One entry as pages hold it: JSON in the form of the files, with names, and with nothing shortened.

use std::collections::BTreeSet;

use domain::rules::Kind;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::File;
use crate::form::{Choice, Record, Shape, Sort, file_key, record};
use crate::yaml::{self, Node, Out, Value, write};

/// The only entry of a file as JSON. Texts and names are texts whatever they look like, and where a single value may stand
/// in a mapping's place, the mapping stands there. What does not fit is kept as it is, for reading the file to tell.
///
/// # Errors
/// In words, when it is no YAML, or has something else than one entry of this kind.
pub fn entry(kind: Kind, text: &str) -> Result<Json, String> {
    let node = yaml::read(text).map_err(|error| format!("{}:{}: {}", error.at.line, error.at.column, error.why))?;
    let key = file_key(kind);
    let alone = node.as_ref().and_then(|node| match &node.value {
        Value::Map(members) => match members.as_slice() {
            [(name, Node { value: Value::List(entries), .. })] if name.text == key => match entries.as_slice() {
                [entry] => Some(entry),
                _ => None,
            },
            _ => None,
        },
        Value::List(_) | Value::Scalar { .. } => None,
    });
    let Some(alone) = alone else { return Err(format!("write one entry below `{key}:`, and nothing else")) };
    match mapping(record(kind), None, alone) {
        Json::Object(mut members) => {
            // Which one it is, the address says.
            members.remove("id");
            Ok(members.into())
        }
        _ => Err(format!("an entry of `{key}` is a mapping with a name")),
    }
}

/// Every entry of a kind in files that Curfew wrote, each with its id where that stands in the file.
#[must_use]
pub fn entries(kind: Kind, files: &[File]) -> Vec<Json> {
    let key = file_key(kind);
    let mut found = Vec::new();
    for file in files {
        let Ok(Some(Node { value: Value::Map(lists), .. })) = yaml::read(&file.text) else { continue };
        for (name, list) in lists {
            if let (true, Value::List(entries)) = (name.text == key, &list.value) {
                found.extend(entries.iter().map(|entry| mapping(record(kind), None, entry)));
            }
        }
    }
    found
}

fn value(shape: &Shape, node: &Node) -> Json {
    match (shape, &node.value) {
        (_, Value::Scalar { .. }) if node.is_nothing() => Json::Null,
        (Shape::Word(_) | Shape::Text(_) | Shape::Name(_), Value::Scalar { text, .. }) => text.as_str().into(),
        (Shape::List(inner), Value::List(entries)) => entries.iter().map(|node| value(inner, node)).collect(),
        (Shape::Record(record), Value::Map(_)) => mapping(record, None, node),
        (Shape::Record(record), Value::Scalar { .. }) => briefly(record, None, record.brief, node),
        (Shape::Choice(choice), Value::Map(members)) => {
            let tag = members.iter().find(|(key, _)| key.text == choice.tag).and_then(|(_, node)| match &node.value {
                Value::Scalar { text, .. } => choice.options.iter().find(|(name, _)| name == text),
                Value::List(_) | Value::Map(_) => None,
            });
            tag.map_or_else(|| node.to_json(), |(_, record)| mapping(record, Some(choice.tag), node))
        }
        (Shape::Choice(choice), Value::Scalar { .. }) => match choice.brief {
            Some((tag, field)) => match choice.option(tag) {
                Some(record) => briefly(record, Some((choice.tag, tag)), Some(field), node),
                None => node.to_json(),
            },
            None => node.to_json(),
        },
        _ => node.to_json(),
    }
}

fn mapping(record: &Record, tag: Option<&str>, node: &Node) -> Json {
    let Value::Map(members) = &node.value else { return node.to_json() };
    let member = |(key, node): &(yaml::Key, Node)| {
        let told = match record.field(&key.text) {
            Some(field) if tag != Some(key.text.as_str()) => value(&field.shape, node),
            Some(_) | None => node.to_json(),
        };
        (key.text.clone(), told)
    };
    Json::Object(members.iter().map(member).filter(|(_, told)| !told.is_null()).collect())
}

fn briefly(record: &Record, tag: Option<(&str, &str)>, field: Option<&str>, node: &Node) -> Json {
    let Some(field) = field.and_then(|name| record.field(name)) else { return node.to_json() };
    let mut members = Map::new();
    members.extend(tag.map(|(key, tag)| (key.to_owned(), tag.into())));
    members.insert(field.name.to_owned(), value(&field.shape, node));
    members.into()
}

/// What a document names, by id, as the API tells the document.
#[must_use]
pub fn ids(kind: Kind, spec: &Json) -> BTreeSet<(Sort, String)> {
    let mut found = BTreeSet::new();
    renamed(&Shape::Record(record(kind)), spec, &mut |sort, id| {
        found.insert((sort, id.to_owned()));
        None
    });
    found
}

/// A document as the API tells it, with names where they are known: to be read, not to be sent back.
#[must_use]
pub fn in_names(kind: Kind, spec: &Json, name: impl Fn(Sort, &str) -> Option<String>) -> Json {
    renamed(&Shape::Record(record(kind)), spec, &mut |sort, id| name(sort, id))
}

fn renamed(shape: &Shape, value: &Json, name: &mut impl FnMut(Sort, &str) -> Option<String>) -> Json {
    match (shape, value) {
        (Shape::Name(sort), Json::String(id)) => name(*sort, id).unwrap_or_else(|| id.clone()).into(),
        (Shape::List(inner), Json::Array(values)) => values.iter().map(|value| renamed(inner, value, name)).collect(),
        (Shape::Record(record), Json::Object(members)) => renamed_members(record, members, name),
        (Shape::Choice(choice), Json::Object(members)) => renamed_members(option(choice, members), members, name),
        _ => value.clone(),
    }
}

fn renamed_members(
    record: &Record,
    members: &Map<String, Json>,
    name: &mut impl FnMut(Sort, &str) -> Option<String>,
) -> Json {
    let member = |(key, value): (&String, &Json)| {
        let told = match record.field(key) {
            Some(field) => renamed(&field.shape, value, name),
            None => value.clone(),
        };
        (key.clone(), told)
    };
    Json::Object(members.iter().map(member).collect())
}

/// An entry as a file of its own, with the id of the document that it is where it is one.
#[must_use]
pub fn entry_text(kind: Kind, id: Option<Uuid>, entry: &Json) -> String {
    let mut members: Vec<(String, Out)> = Vec::new();
    members.extend(id.map(|id| ("id".to_owned(), Out::Text(id.to_string(), None))));
    if let Json::Object(entry) = entry {
        members.extend(written(record(kind), None, entry));
    }
    write(&Out::Map(vec![(file_key(kind).to_owned(), Out::List(vec![Out::Map(members)]))]))
}

/// The members in the order of the form; what it does not know comes last, for reading the file to tell.
fn written(record: &Record, tag: Option<&str>, members: &Map<String, Json>) -> Vec<(String, Out)> {
    let tag = tag.and_then(|tag| members.get_key_value(tag)).map(|(key, value)| (key.clone(), out(None, value)));
    let known = record.fields.iter().filter_map(|field| {
        let value = members.get(field.name).filter(|value| !value.is_null())?;
        Some((field.name.to_owned(), out(Some(&field.shape), value)))
    });
    let mut all: Vec<(String, Out)> = tag.into_iter().chain(known).collect();
    let others: Vec<_> = members.iter().filter(|(key, _)| all.iter().all(|(name, _)| name != *key)).collect();
    all.extend(others.into_iter().map(|(key, value)| (key.clone(), out(None, value))));
    all
}

fn out(shape: Option<&Shape>, value: &Json) -> Out {
    match (shape, value) {
        (_, Json::Null | Json::Bool(_) | Json::Number(_)) => Out::Bare(value.to_string()),
        (_, Json::String(text)) => Out::Text(text.clone(), None),
        (Some(Shape::List(inner)), Json::Array(values)) => {
            Out::List(values.iter().map(|value| out(Some(inner), value)).collect())
        }
        (_, Json::Array(values)) => Out::List(values.iter().map(|value| out(None, value)).collect()),
        (Some(Shape::Record(record)), Json::Object(members)) => Out::Map(written(record, None, members)),
        (Some(Shape::Choice(choice)), Json::Object(members)) => {
            Out::Map(written(option(choice, members), Some(choice.tag), members))
        }
        (_, Json::Object(members)) => {
            Out::Map(members.iter().map(|(key, value)| (key.clone(), out(None, value))).collect())
        }
    }
}

/// The record of the option that is chosen; one without fields where none is.
fn option(choice: &Choice, members: &Map<String, Json>) -> &'static Record {
    static NONE: Record =
        Record { title: "", about: <bool as utoipa::PartialSchema>::schema, brief: None, fields: &[] };
    members.get(choice.tag).and_then(Json::as_str).and_then(|tag| choice.option(tag)).unwrap_or(&NONE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SAMPLE: &str = include_str!("../policy.sample.yaml");

    /// Each entry of the sample as a file of its own.
    fn samples() -> Vec<(Kind, String)> {
        let whole = yaml::read(SAMPLE).unwrap().unwrap();
        let Value::Map(lists) = whole.value else { panic!("lists") };
        let mut found = Vec::new();
        for (key, node) in lists {
            let kind = Kind::ALL.into_iter().find(|kind| file_key(*kind) == key.text).unwrap();
            let Value::List(entries) = node.value else { panic!("entries") };
            for entry in entries {
                let told = mapping(record(kind), None, &entry);
                found.push((kind, entry_text(kind, None, &told)));
            }
        }
        found
    }

    #[test]
    fn an_entry_is_the_same_after_it_was_written_and_read() {
        let all = samples();
        assert!(all.len() > 10);
        for (kind, text) in all {
            let told = entry(kind, &text).unwrap();
            assert_eq!(entry_text(kind, None, &told), text);
            let id = Uuid::from_u128(7);
            assert_eq!(entry(kind, &entry_text(kind, Some(id), &told)).unwrap(), told, "the id is not part of it");
        }
    }

    #[test]
    fn what_is_written_shortly_is_told_in_full_and_names_stay_texts() {
        let text = "rules:\n  - name: 007\n    accounts: { ids: [000123456789], units: [/Root] }\n    approval: two eyes\n    max_minutes: 60\n    enabled: false\n";
        let told = entry(Kind::Rule, text).unwrap();
        let wanted = json!({
            "name": "007", "max_minutes": 60, "enabled": false,
            "accounts": {"ids": ["000123456789"], "units": [{"id": "/Root"}]},
            "approval": {"kind": "named", "policy": "two eyes"},
        });
        assert_eq!(told, wanted);
        assert!(entry_text(Kind::Rule, None, &told).contains("name: \"007\""));
    }

    #[test]
    fn names_take_the_place_of_ids_and_of_nothing_else() {
        let spec = json!({
            "name": "g-1", "subjects": {"groups": ["g-1", "g-2"]},
            "approval": {"kind": "policy", "stages": [{"voters": {"users": ["u-1"], "on_call": [{"source": "pagerduty", "id": "P1"}]}}]},
        });
        let named: Vec<(Sort, String)> = ids(Kind::Rule, &spec).into_iter().collect();
        let wanted = [(Sort::User, "u-1"), (Sort::Group, "g-1"), (Sort::Group, "g-2")];
        assert_eq!(named, wanted.map(|(sort, id)| (sort, id.to_owned())));
        let told =
            in_names(Kind::Rule, &spec, |sort, id| (sort == Sort::Group && id == "g-1").then(|| "leads".to_owned()));
        assert_eq!((&told["name"], &told["subjects"]["groups"]), (&json!("g-1"), &json!(["leads", "g-2"])));
        assert_eq!(told["approval"], spec["approval"]);
    }

    #[test]
    fn something_else_than_one_entry_is_refused_in_words() {
        for text in [
            "",
            "rules: []",
            "freezes:\n  - name: a\n",
            "rules:\n  - name: a\n  - name: b\n",
            "rules: [a]",
            "rules:\n - name: a\nfreezes: []",
            "{",
        ] {
            assert!(entry(Kind::Rule, text).is_err(), "{text:?}");
        }
    }
}
