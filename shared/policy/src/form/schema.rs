//! The form as JSON Schema, for editors and for checks before Curfew sees a file.

use std::collections::BTreeMap;

use domain::rules::Kind;
use serde_json::{Map, Value, json};

use super::records::{file_key, record};
use super::shape::{Choice, Record, Shape, Sort};

/// The schema of a policy file (JSON Schema 2020-12). What it refuses is refused by Curfew too; whether a name is
/// known only Curfew can say.
#[must_use]
pub fn schema() -> Value {
    let mut types = Types::default();
    let mut lists = Map::new();
    for kind in Kind::ALL {
        let mut entry = types.record(record(kind), &[]);
        if let Some(properties) = entry.get_mut("properties").and_then(Value::as_object_mut) {
            let about = "Its id, where its name is not enough: to rename it, or where two have the same name.";
            properties.insert("id".to_owned(), json!({"type": "string", "format": "uuid", "description": about}));
        }
        lists.insert(file_key(kind).to_owned(), json!({"type": "array", "items": entry}));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:curfew:policy",
        "title": "A policy file of Curfew",
        "description": "Any list may be in any file; all files together are the policy. A list that no file has is \
                        left as it is in force.",
        "type": "object",
        "properties": lists,
        "additionalProperties": false,
        "$defs": types.definitions,
    })
}

#[derive(Default)]
struct Types {
    definitions: BTreeMap<String, Value>,
}

impl Types {
    fn shape(&mut self, shape: &Shape) -> Value {
        match shape {
            Shape::Flag => json!({"type": "boolean"}),
            Shape::Number { least, most } => json!({"type": "integer", "minimum": least, "maximum": most}),
            Shape::Word(words) => json!({"enum": words}),
            Shape::Text(text) => {
                let mut told = json!({"type": "string", "title": text.title});
                let keywords: Map<String, Value> = serde_json::from_str(text.keywords).unwrap_or_default();
                if let Some(told) = told.as_object_mut() {
                    told.extend(keywords);
                }
                told
            }
            // Twelve digits without quotes are a number to an editor.
            Shape::Name(Sort::Account) => json!({"type": ["string", "integer"], "description": Sort::Account.how()}),
            Shape::Name(sort) => json!({"type": "string", "minLength": 1, "description": sort.how()}),
            Shape::List(inner) => json!({"type": "array", "items": self.shape(inner)}),
            Shape::Record(record) => {
                if !self.definitions.contains_key(record.title) {
                    self.definitions.insert(record.title.to_owned(), Value::Null);
                    let whole = self.record(record, &[]);
                    let brief =
                        record.brief.and_then(|brief| record.field(brief)).map(|field| self.shape(&field.shape));
                    self.definitions.insert(record.title.to_owned(), either(brief, vec![whole]));
                }
                json!({"$ref": format!("#/$defs/{}", record.title)})
            }
            Shape::Choice(choice) => {
                if !self.definitions.contains_key(choice.title) {
                    self.definitions.insert(choice.title.to_owned(), Value::Null);
                    let told = self.choice(choice);
                    self.definitions.insert(choice.title.to_owned(), told);
                }
                json!({"$ref": format!("#/$defs/{}", choice.title)})
            }
        }
    }

    fn choice(&mut self, choice: &Choice) -> Value {
        let options = choice.options.iter().map(|(tag, record)| self.record(record, &[(choice.tag, tag)])).collect();
        let brief = choice
            .brief
            .and_then(|(tag, brief)| choice.option(tag)?.field(brief))
            .map(|field| self.shape(&field.shape));
        either(brief, options)
    }

    fn record(&mut self, record: &Record, constants: &[(&str, &str)]) -> Value {
        let about = serde_json::to_value((record.about)()).unwrap_or_default();
        let mut properties = Map::new();
        let mut required: Vec<&str> = Vec::new();
        for (name, value) in constants {
            properties.insert((*name).to_owned(), json!({"const": value}));
            required.push(name);
        }
        for field in record.fields {
            let mut told = self.shape(&field.shape);
            if let Some(told) = told.as_object_mut() {
                if let Some(about) = description(&about, field.name) {
                    told.insert("description".to_owned(), joined(about, told.get("description")));
                }
                if let Some(default) = field.default() {
                    told.insert("default".to_owned(), default);
                }
            }
            properties.insert(field.name.to_owned(), told);
            if field.needed {
                required.push(field.name);
            }
        }
        let mut told = json!({"type": "object", "properties": properties, "additionalProperties": false});
        if let Some(told) = told.as_object_mut() {
            if !required.is_empty() {
                told.insert("required".to_owned(), json!(required));
            }
            if let (true, Some(about)) = (constants.is_empty(), about.get("description")) {
                told.insert("description".to_owned(), about.clone());
            }
        }
        told
    }
}

fn joined(about: &str, how: Option<&Value>) -> Value {
    match how.and_then(Value::as_str) {
        Some(how) => format!("{about} ({how})").into(),
        None => about.into(),
    }
}

fn either(brief: Option<Value>, mut wholes: Vec<Value>) -> Value {
    wholes.splice(0..0, brief);
    match wholes.len() {
        1 => wholes.pop().unwrap_or_default(),
        _ => json!({"oneOf": wholes}),
    }
}

/// What the domain says about a field, wherever in the type's description it stands.
fn description<'a>(about: &'a Value, field: &str) -> Option<&'a str> {
    let told = |value: &'a Value| value.get("description").and_then(Value::as_str);
    match about {
        Value::Object(map) => {
            let property = map.get("properties").and_then(|properties| properties.get(field));
            // What may be left out is described beside the null that stands for it.
            let optional = || property?.get("oneOf")?.as_array()?.iter().find_map(told);
            let nested = || map.values().find_map(|value| description(value, field));
            property.and_then(told).or_else(optional).or_else(nested)
        }
        Value::Array(values) => values.iter().find_map(|value| description(value, field)),
        _ => None,
    }
}
