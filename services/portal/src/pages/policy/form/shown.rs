//! From an entry to the pieces of a form.

use domain::rules::Kind;
use jiff::Timestamp;
use policy::form::{Choice, Field, Record, Shape, record};
use serde_json::{Map, Value};

use super::{Names, Part, Pick, What, labels};
use crate::look::Look;

/// Empty fields below a list of names.
const SPARE: usize = 2;

/// The pieces of this entry's form: the fields `first`, then the rest below a line that opens.
pub(in crate::pages::policy) fn shown(kind: Kind, entry: &Value, first: &[&str], look: &Look) -> Vec<Part> {
    let mut making = Making { parts: Vec::new(), look };
    let nothing = Map::new();
    let members = entry.as_object().unwrap_or(&nothing);
    let record = record(kind);
    let top = At::default();
    for name in first {
        if let Some(field) = record.field(name) {
            making.field(record, field, &top, members.get(*name));
        }
    }
    let further: Vec<&Field> = record.fields.iter().filter(|field| !first.contains(&field.name)).collect();
    if !further.is_empty() {
        let used = further.iter().any(|field| members.get(field.name).is_some_and(|value| !value.is_null()));
        making.mark(What::Further(used));
        for field in further {
            making.field(record, field, &top, members.get(field.name));
        }
        making.mark(What::FurtherEnd);
    }
    making.parts
}

/// Where a field stands: as the form names it, and as problems do.
#[derive(Clone, Default)]
struct At {
    name: String,
    path: String,
}

impl At {
    fn below(&self, step: &str) -> Self {
        let join = |above: &str| if above.is_empty() { step.to_owned() } else { format!("{above}.{step}") };
        Self { name: join(&self.name), path: join(&self.path) }
    }

    /// The same place in an option of a choice: options have fields of the same name.
    fn option(&self, tag: &str) -> Self {
        Self { name: format!("{}.@{tag}", self.name), path: self.path.clone() }
    }
}

struct Making<'a> {
    parts: Vec<Part>,
    look: &'a Look,
}

impl Making<'_> {
    fn mark(&mut self, what: What) {
        let (path, name, label) = (String::new(), String::new(), String::new());
        self.parts.push(Part { path, name, label, hint: None, errors: Vec::new(), what });
    }

    fn add(&mut self, at: &At, label: impl Into<String>, hint: Option<String>, what: What) {
        let At { name, path } = at.clone();
        self.parts.push(Part { path, name, label: label.into(), hint, errors: Vec::new(), what });
    }

    fn fields(&mut self, record: &Record, at: &At, members: Option<&Map<String, Value>>) {
        for field in record.fields {
            let value = members.and_then(|members| members.get(field.name));
            self.field(record, field, &at.below(field.name), value);
        }
    }

    fn field(&mut self, record: &Record, field: &Field, at: &At, value: Option<&Value>) {
        let at = if at.name.is_empty() { at.below(field.name) } else { at.clone() };
        let t = self.look.t;
        let label = labels::field(record.title, field.name, t).unwrap_or(field.name);
        let hint = labels::hint(&field.shape, &self.look.zone_name(), t);
        let default = field.default();
        let value = value.filter(|value| !value.is_null()).or(default.as_ref());
        match &field.shape {
            Shape::Flag => self.add(&at, label, hint, What::Flag(value.and_then(Value::as_bool).unwrap_or(false))),
            Shape::Number { least, most } => {
                let what = What::Number { value: value.map(plain).unwrap_or_default(), least: *least, most: *most };
                self.add(&at, label, hint, what);
            }
            Shape::Word(words) => {
                let chosen = value.and_then(Value::as_str).unwrap_or_default().to_owned();
                let picks = self.picks(field.name, words, |word| word == chosen);
                self.add(&at, label, hint, What::One(picks));
            }
            Shape::Text(_) | Shape::Name(_) => {
                let what = self.text(&field.shape, &value.map(plain).unwrap_or_default());
                self.add(&at, label, hint, what);
            }
            Shape::List(inner) => self.list(field, inner, &at, (label, hint), value),
            Shape::Record(inner) => {
                let optional = (!field.needed && field.default.is_none()).then_some(value.is_some());
                self.add(&at, label, None, What::Group { optional, entry: false });
                self.fields(inner, &at, value.and_then(Value::as_object));
                self.mark(What::GroupEnd);
            }
            Shape::Choice(choice) => self.choice(choice, field.name, &at, label, value),
        }
    }

    fn picks(&self, field: &str, words: &[&'static str], chosen: impl Fn(&str) -> bool) -> Vec<Pick> {
        let label = |word: &str| labels::word(field, word, self.look.t).unwrap_or_default().to_owned();
        words.iter().map(|word| Pick { value: word, label: label(word), chosen: chosen(word) }).collect()
    }

    fn text(&self, shape: &Shape, value: &str) -> What {
        match shape {
            Shape::Text(text) if text.title == "a moment" => match local(value, self.look) {
                Some(value) => What::Text { value, kind: "datetime-local", names: None },
                None => What::Text { value: value.to_owned(), kind: "text", names: None },
            },
            Shape::Name(sort) => What::Text { value: value.to_owned(), kind: "text", names: Some(Names(*sort)) },
            _ => What::Text { value: value.to_owned(), kind: "text", names: None },
        }
    }

    fn list(
        &mut self,
        field: &Field,
        inner: &Shape,
        at: &At,
        (label, hint): (&str, Option<String>),
        value: Option<&Value>,
    ) {
        let nothing = Vec::new();
        let values = value.and_then(Value::as_array).unwrap_or(&nothing);
        match inner {
            Shape::Word(words) => {
                let picks = self.picks(field.name, words, |word| values.iter().any(|value| value == word));
                self.add(at, label, hint, What::Many(picks));
            }
            Shape::Record(record) => {
                let blank = Map::new();
                let rows: Vec<&Map<String, Value>> = values.iter().filter_map(Value::as_object).collect();
                let rows = if rows.is_empty() && field.needed { vec![&blank] } else { rows };
                for (place, row) in rows.into_iter().enumerate() {
                    let at = at.below(&place.to_string());
                    let numbered = self.look.t.policy_number_of(label, place + 1);
                    self.add(&at, numbered, None, What::Group { optional: None, entry: true });
                    self.fields(record, &at, Some(row));
                    self.mark(What::GroupEnd);
                }
                self.add_button(at, label);
            }
            Shape::Choice(choice) => {
                for (place, row) in values.iter().enumerate() {
                    let at = at.below(&place.to_string());
                    let numbered = self.look.t.policy_number_of(label, place + 1);
                    self.add(&at, numbered, None, What::Group { optional: None, entry: true });
                    self.choice(choice, choice.tag, &at, "", Some(row));
                    self.mark(What::GroupEnd);
                }
                self.add_button(at, label);
            }
            Shape::Flag | Shape::Number { .. } | Shape::Text(_) | Shape::Name(_) | Shape::List(_) => {
                let names = match inner {
                    Shape::Name(sort) => Some(Names(*sort)),
                    _ => None,
                };
                let texts = values.iter().map(plain).chain(std::iter::repeat_n(String::new(), SPARE));
                let values = texts.enumerate().map(|(place, text)| (format!("{}.{place}", at.name), text)).collect();
                self.add(at, label, hint, What::Several { values, names });
            }
        }
    }

    fn add_button(&mut self, at: &At, label: &str) {
        let name = at.name.clone();
        let (path, label) = (at.path.clone(), label.to_owned());
        self.parts.push(Part { path, name, label, hint: None, errors: Vec::new(), what: What::Add });
    }

    fn choice(&mut self, choice: &Choice, field: &str, at: &At, label: &str, value: Option<&Value>) {
        let members = value.and_then(Value::as_object);
        let tag = members.and_then(|members| members.get(choice.tag)).and_then(Value::as_str);
        let first = choice.options.first().map_or("", |(name, _)| name);
        let tag = tag.filter(|tag| choice.option(tag).is_some()).unwrap_or(first).to_owned();
        let tags: Vec<&'static str> = choice.options.iter().map(|(name, _)| *name).collect();
        let picks = self.picks(field, &tags, |word| word == tag);
        let At { name, path } = at.clone();
        let tag_name = format!("{name}.{}", choice.tag);
        let what = What::Choice(picks);
        self.parts.push(Part { path, name: tag_name, label: label.to_owned(), hint: None, errors: Vec::new(), what });
        for (name, record) in choice.options {
            self.mark(What::Option(name));
            self.fields(record, &at.option(name), members.filter(|_| *name == tag));
            self.mark(What::OptionEnd);
        }
        self.mark(What::ChoiceEnd);
    }
}

/// A value as a field holds it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A moment in the reader's zone, as browsers hold it; none where it would not come back the same.
fn local(value: &str, look: &Look) -> Option<String> {
    if value.is_empty() {
        return Some(String::new());
    }
    let at: Timestamp = value.parse().ok()?;
    let here = at.to_zoned(look.zone.clone()).datetime();
    let back = here.to_zoned(look.zone.clone()).ok()?.timestamp();
    let shape = if here.second() == 0 { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S" };
    (back == at && here.subsec_nanosecond() == 0).then(|| here.strftime(shape).to_string())
}
