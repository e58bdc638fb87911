//! An entry as plain lines, each with how deep it stands.

use domain::rules::Kind;
use policy::form::{Choice, Field, Record, Shape, record};
use serde_json::{Map, Value};

use super::labels;
use crate::look::Look;
use crate::parts::Moment;

/// One line: what it is called, and what it says; or the beginning of what belongs together.
pub(in crate::pages::policy) struct Line {
    pub depth: usize,
    pub label: String,
    pub text: Option<String>,
    pub moment: Option<Moment>,
}

/// Everything that an entry says.
pub(in crate::pages::policy) fn facts(kind: Kind, entry: &Value, look: &Look) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(members) = entry.as_object() {
        Told { lines: &mut lines, look }.members(record(kind), members, 0);
    }
    lines
}

struct Told<'a> {
    lines: &'a mut Vec<Line>,
    look: &'a Look,
}

impl Told<'_> {
    fn members(&mut self, record: &Record, members: &Map<String, Value>, depth: usize) {
        for field in record.fields {
            if let Some(value) = members.get(field.name) {
                let label = labels::field(record.title, field.name, self.look.t).unwrap_or(field.name);
                self.field(field, label, value, depth);
            }
        }
    }

    fn line(&mut self, depth: usize, label: &str, text: Option<String>) {
        self.lines.push(Line { depth, label: label.to_owned(), text, moment: None });
    }

    fn field(&mut self, field: &Field, label: &str, value: &Value, depth: usize) {
        match (&field.shape, value) {
            (Shape::Record(inner), Value::Object(members)) => {
                self.line(depth, label, None);
                self.members(inner, members, depth + 1);
            }
            (Shape::Choice(choice), Value::Object(members)) => self.choice(choice, field.name, label, members, depth),
            (Shape::List(inner), Value::Array(values)) => self.list(inner, field.name, label, values, depth),
            (Shape::Text(text), Value::String(at)) if text.title == "a moment" => {
                let moment = at.parse().ok().map(|at| Moment::new(at, self.look));
                let text = moment.is_none().then(|| at.clone());
                self.lines.push(Line { depth, label: label.to_owned(), text, moment });
            }
            _ => {
                let text = self.single(&field.shape, field.name, value);
                self.line(depth, label, Some(text));
            }
        }
    }

    fn choice(&mut self, choice: &Choice, name: &str, label: &str, members: &Map<String, Value>, depth: usize) {
        let tag = members.get(choice.tag).and_then(Value::as_str).unwrap_or_default();
        let word = labels::word(name, tag, self.look.t).unwrap_or(tag);
        self.line(depth, label, Some(word.to_owned()));
        if let Some(record) = choice.option(tag) {
            self.members(record, members, depth + 1);
        }
    }

    fn list(&mut self, inner: &Shape, name: &str, label: &str, values: &[Value], depth: usize) {
        for (place, value) in values.iter().enumerate() {
            let numbered = || self.look.t.policy_number_of(label, place + 1);
            match (inner, value) {
                (Shape::Record(record), Value::Object(members)) => {
                    let numbered = numbered();
                    self.line(depth, &numbered, None);
                    self.members(record, members, depth + 1);
                }
                (Shape::Choice(choice), Value::Object(members)) => {
                    let numbered = numbered();
                    self.choice(choice, choice.tag, &numbered, members, depth);
                }
                _ => {
                    let all: Vec<String> = values.iter().map(|value| self.single(inner, name, value)).collect();
                    self.line(depth, label, Some(all.join(", ")));
                    return;
                }
            }
        }
    }

    fn single(&self, shape: &Shape, name: &str, value: &Value) -> String {
        match (shape, value) {
            (Shape::Word(_), Value::String(word)) => {
                labels::word(name, word, self.look.t).map_or_else(|| word.clone(), str::to_owned)
            }
            (_, Value::String(text)) => text.clone(),
            (_, Value::Bool(true)) => "✓".to_owned(),
            (_, Value::Bool(false)) => "✗".to_owned(),
            (_, other) => other.to_string(),
        }
    }
}
