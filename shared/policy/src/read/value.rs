//! One entry to one document's body: by the form first, which tells everything that is wrong with it, then by the
//! domain's own types, which have the last word.

use domain::rules::{Body, Kind};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::entries::Placed;
use crate::form::{Choice, Field, Record, Shape, Sort, record};
use crate::mistake::{Mistake, Saying};
use crate::names::{Meaning, Names};
use crate::problem::Problems;
use crate::yaml::{Node, Place, Value};

/// The body; `None` when something is wrong with it, which was told.
pub(super) fn body(placed: &Placed, names: &Names, problems: &mut Problems) -> Option<Body> {
    let entry = &placed.entry;
    let before = problems.errors();
    let spec = Reader { names, problems }.record(record(entry.kind), &entry.node, &entry.field, None);
    if problems.errors() > before {
        return None;
    }
    let body = match entry.kind {
        Kind::Rule => typed(spec).map(Body::Rule),
        Kind::ApprovalPolicy => typed(spec).map(Body::ApprovalPolicy),
        Kind::Guardrail => typed(spec).map(Body::Guardrail),
        Kind::Freeze => typed(spec).map(Body::Freeze),
        Kind::Owners => typed(spec).map(Body::Owners),
        Kind::Schedule => typed(spec).map(Body::Schedule),
    };
    match body.and_then(|body| body.validate().map(|()| body).map_err(|wrong| (wrong.field, wrong.why))) {
        Ok(body) => Some(body),
        Err((field, why)) => {
            let at = find(&entry.node, &field);
            problems.error(at, &format!("{}.{field}", entry.field), why);
            None
        }
    }
}

fn typed<T: DeserializeOwned>(spec: Json) -> Result<T, (String, String)> {
    serde_path_to_error::deserialize(spec).map_err(|error| (error.path().to_string(), error.inner().to_string()))
}

/// The place of a field, or of what is nearest around it.
pub(super) fn find(node: &Node, path: &str) -> Place {
    let mut here = node;
    let mut at = node.at;
    for step in path.split(['.', '[']).map(|step| step.trim_end_matches(']')) {
        let next = match &here.value {
            Value::Map(members) => members.iter().find(|(key, _)| key.text == step).map(|(key, node)| (key.at, node)),
            Value::List(entries) => step.parse::<usize>().ok().and_then(|i| entries.get(i)).map(|node| (node.at, node)),
            Value::Scalar { .. } => None,
        };
        let Some((place, node)) = next else { break };
        (at, here) = (place, node);
    }
    at
}

/// What to say of a word that is none of those known.
pub(super) fn unknown(word: &str, known: &[&str], of: &str) -> String {
    let word: String = word.chars().take(80).collect();
    let near = known
        .iter()
        .map(|known| (strsim::jaro_winkler(&word.to_lowercase(), known), known))
        .filter(|(like, _)| *like >= 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    match near {
        Some((_, near)) => format!("{of} has no {word:?}; did you mean {near:?}?"),
        None => format!("{of} has no {word:?}; there are {}", known.join(", ")),
    }
}

struct Reader<'a> {
    names: &'a Names,
    problems: &'a mut Problems,
}

impl Reader<'_> {
    fn error(&mut self, node: &Node, field: &str, saying: impl Into<Saying>) -> Json {
        self.problems.error(node.at, field, saying);
        Json::Null
    }

    fn shape(&mut self, shape: &Shape, node: &Node, field: &str) -> Json {
        match shape {
            Shape::List(inner) => match &node.value {
                Value::List(entries) => entries
                    .iter()
                    .enumerate()
                    .map(|(place, node)| self.shape(inner, node, &format!("{field}[{place}]")))
                    .collect(),
                Value::Scalar { .. } | Value::Map(_) => {
                    self.error(node, field, format!("this is a list, not {}; write [a, b]", node.what()))
                }
            },
            Shape::Record(record) => match (&node.value, record.brief.and_then(|brief| record.field(brief))) {
                (Value::Scalar { .. }, Some(brief)) => self.briefly(None, brief, node, field),
                _ => self.record(record, node, field, None),
            },
            Shape::Choice(choice) => self.choice(choice, node, field),
            Shape::Flag | Shape::Number { .. } | Shape::Word(_) | Shape::Text(_) | Shape::Name(_) => {
                match &node.value {
                    Value::Scalar { text, plain } if !node.is_nothing() => {
                        self.scalar(shape, node, text, *plain, field)
                    }
                    _ if node.is_nothing() => self.error(node, field, Mistake::Nothing),
                    _ => self.error(node, field, format!("this is a single value, not {}", node.what())),
                }
            }
        }
    }

    fn scalar(&mut self, shape: &Shape, node: &Node, text: &str, plain: bool, field: &str) -> Json {
        let shown = || -> String { text.chars().take(80).collect() };
        match shape {
            Shape::Flag => match text {
                "true" | "True" | "TRUE" if plain => true.into(),
                "false" | "False" | "FALSE" if plain => false.into(),
                _ => self.error(node, field, Mistake::NotAFlag { found: shown() }),
            },
            Shape::Number { least, most } => match text.parse::<i64>() {
                Ok(number) if plain && (least..=most).contains(&&number) => number.into(),
                _ => self.error(node, field, Mistake::NotANumber { least: *least, most: *most, found: shown() }),
            },
            Shape::Word(words) if words.contains(&text) => text.into(),
            Shape::Word(words) => {
                let words = words.iter().map(|word| (*word).to_owned()).collect();
                self.error(node, field, Mistake::NotAWord { words, found: shown() })
            }
            Shape::Text(known) => match (known.check)(text) {
                Ok(()) => text.into(),
                Err(why) => self.error(node, field, Mistake::NotAText { form: known.title.to_owned(), why }),
            },
            Shape::Name(sort) => self.name(*sort, node, text, field),
            Shape::List(_) | Shape::Record(_) | Shape::Choice(_) => Json::Null,
        }
    }

    fn name(&mut self, sort: Sort, node: &Node, text: &str, field: &str) -> Json {
        match self.names.resolve(sort, text, !self.problems.is_full()) {
            Ok(Meaning::Id(id)) => id.into(),
            Ok(Meaning::Kept(id)) => {
                self.problems.note(node.at, field, Mistake::Kept { sort });
                id.into()
            }
            Err(why) => self.error(node, field, why),
        }
    }

    /// A single value in a mapping's place.
    fn briefly(&mut self, tag: Option<(&str, &str)>, brief: &Field, node: &Node, field: &str) -> Json {
        let value = self.shape(&brief.shape, node, field);
        let tag = tag.map(|(key, value)| (key.to_owned(), value.into()));
        Json::Object(tag.into_iter().chain([(brief.name.to_owned(), value)]).collect())
    }

    fn choice(&mut self, choice: &Choice, node: &Node, field: &str) -> Json {
        let tags = choice.tags();
        if let (Value::Scalar { .. }, Some((tag, brief))) = (&node.value, choice.brief)
            && let Some(brief) = choice.option(tag).and_then(|record| record.field(brief))
            && !node.is_nothing()
        {
            return self.briefly(Some((choice.tag, tag)), brief, node, field);
        }
        let Value::Map(members) = &node.value else {
            let message = format!("this is a mapping with {} ({}), not {}", choice.tag, tags.join(", "), node.what());
            return self.error(node, field, message);
        };
        let Some((_, tag)) = members.iter().find(|(key, _)| key.text == choice.tag) else {
            return self.error(node, field, format!("{} is missing: {}", choice.tag, tags.join(" or ")));
        };
        let field_of_tag = format!("{field}.{}", choice.tag);
        let Value::Scalar { text, .. } = &tag.value else {
            return self.error(tag, &field_of_tag, format!("this is {}, not {}", tags.join(" or "), tag.what()));
        };
        match choice.option(text) {
            Some(record) => self.record(record, node, field, Some((choice.tag, text))),
            None => {
                let shown: String = text.chars().take(80).collect();
                self.error(tag, &field_of_tag, format!("this is {}, not {shown:?}", tags.join(" or ")))
            }
        }
    }

    fn record(&mut self, record: &Record, node: &Node, field: &str, tag: Option<(&str, &str)>) -> Json {
        let Value::Map(members) = &node.value else {
            let known: Vec<&str> = record.fields.iter().map(|f| f.name).collect();
            let message = format!("this is a mapping ({}), not {}", known.join(", "), node.what());
            return self.error(node, field, message);
        };
        let mut spec: Map<String, Json> = tag.iter().map(|(key, tag)| ((*key).to_owned(), (*tag).into())).collect();
        for (key, value) in members {
            if tag.is_some_and(|(tag, _)| tag == key.text) {
                continue;
            }
            let path = format!("{field}.{}", key.text);
            let Some(known) = record.field(&key.text) else {
                let names: Vec<&str> = record.fields.iter().map(|f| f.name).collect();
                let of = tag.map_or_else(|| record_name(field), |(_, tag)| tag.to_owned());
                self.problems.error(key.at, &path, unknown(&key.text, &names, &of));
                continue;
            };
            // A key with nothing behind it is as good as none.
            if !value.is_nothing() {
                spec.insert(known.name.to_owned(), self.shape(&known.shape, value, &path));
            }
        }
        for missing in record.fields.iter().filter(|f| f.needed && !spec.contains_key(f.name)) {
            self.problems.error(node.at, &format!("{field}.{}", missing.name), Mistake::Missing);
        }
        Json::Object(spec)
    }
}

/// The last word of a path, for messages: `rules[0].accounts` is `accounts`, `rules[0]` is `an entry of rules`.
fn record_name(field: &str) -> String {
    let last = field.rsplit('.').next().unwrap_or(field);
    match last.split_once('[') {
        Some((list, _)) => format!("an entry of {list}"),
        None => last.to_owned(),
    }
}
