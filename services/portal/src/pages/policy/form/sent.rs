//! From what a form sends to an entry.

use std::collections::{BTreeSet, HashMap};

use domain::rules::Kind;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use policy::form::{Choice, Field, Record, Shape, record};
use serde_json::{Map, Value};

/// What becomes of entries of a list in which nothing is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages::policy) enum Blanks {
    /// They are left out.
    Dropped,
    /// They stay, so that places are as the form has them.
    Kept,
}

/// The fields of a form.
pub(in crate::pages::policy) struct Sent<'a> {
    fields: HashMap<&'a str, Vec<&'a str>>,
    zone: TimeZone,
}

impl<'a> Sent<'a> {
    pub(in crate::pages::policy) fn new(fields: &'a [(String, String)], zone: TimeZone) -> Self {
        let mut sent: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, value) in fields {
            sent.entry(name).or_default().push(value);
        }
        Self { fields: sent, zone }
    }

    /// The first value of a field that is no part of the document.
    pub(in crate::pages::policy) fn get(&self, name: &str) -> &'a str {
        self.fields.get(name).and_then(|values| values.first()).copied().unwrap_or_default()
    }

    /// The entry.
    pub(in crate::pages::policy) fn entry(&self, kind: Kind, blanks: Blanks) -> Value {
        self.members(record(kind), "", blanks).into()
    }

    /// The entry with one more or one less in a list, as a button says: `add:` or `drop:` and the field's name.
    pub(in crate::pages::policy) fn rearranged(&self, kind: Kind, button: &str) -> Option<Value> {
        let (verb, name) = button.split_once(':')?;
        let mut steps: Vec<&str> = name.split('.').filter(|step| !step.starts_with('@')).collect();
        let mut entry = self.entry(kind, Blanks::Kept);
        let gone: Option<usize> = match verb {
            "add" => None,
            "drop" => Some(steps.pop()?.parse().ok()?),
            _ => return None,
        };
        let mut here = &mut entry;
        let last = steps.len().checked_sub(1)?;
        for (at, step) in steps.into_iter().enumerate() {
            here = match step.parse::<usize>() {
                Ok(place) => here.get_mut(place)?,
                Err(_) => {
                    let new = if at == last { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
                    here.as_object_mut()?.entry(step).or_insert(new)
                }
            };
        }
        let list = here.as_array_mut()?;
        match gone {
            None => list.push(Value::Object(Map::new())),
            Some(place) if place < list.len() => drop(list.remove(place)),
            Some(_) => return None,
        }
        Some(entry)
    }

    fn members(&self, record: &Record, above: &str, blanks: Blanks) -> Map<String, Value> {
        let member = |field: &Field| {
            let name = below(above, field.name);
            let value = self.field(field, &name, blanks)?;
            let unsaid = field.default().as_ref() == Some(&value);
            (!unsaid).then(|| (field.name.to_owned(), value))
        };
        record.fields.iter().filter_map(member).collect()
    }

    fn field(&self, field: &Field, name: &str, blanks: Blanks) -> Option<Value> {
        match &field.shape {
            Shape::Flag => Some(self.fields.contains_key(name).into()),
            Shape::Record(inner) => {
                let optional = !field.needed && field.default.is_none();
                if optional && !self.fields.contains_key(format!("{name}?").as_str()) {
                    return None;
                }
                let members = self.members(inner, name, blanks);
                (optional || field.needed || !members.is_empty()).then(|| members.into())
            }
            Shape::List(inner) => self.list(inner, name, blanks),
            Shape::Choice(choice) => self.choice(choice, name, blanks),
            Shape::Number { .. } | Shape::Word(_) | Shape::Text(_) | Shape::Name(_) => {
                self.single(&field.shape, self.get(name))
            }
        }
    }

    fn single(&self, shape: &Shape, text: &str) -> Option<Value> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        Some(match shape {
            Shape::Number { .. } => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
            Shape::Text(known) if known.title == "a moment" => {
                let here: Option<DateTime> = text.parse().ok().filter(|_| !text.ends_with(['Z', 'z']));
                let at = here.and_then(|here| here.to_zoned(self.zone.clone()).ok()).map(|zoned| zoned.timestamp());
                at.map_or_else(|| text.to_owned(), |at| at.to_string()).into()
            }
            _ => text.into(),
        })
    }

    fn list(&self, inner: &Shape, name: &str, blanks: Blanks) -> Option<Value> {
        let values: Vec<Value> = match inner {
            Shape::Word(words) => {
                let chosen = self.fields.get(name).map(Vec::as_slice).unwrap_or_default();
                words.iter().filter(|word| chosen.contains(*word)).map(|word| (*word).into()).collect()
            }
            Shape::Record(record) => self
                .places(name)
                .map(|place| Value::from(self.members(record, &place, blanks)))
                .filter(|value| blanks == Blanks::Kept || !is_blank(value, None))
                .collect(),
            Shape::Choice(choice) => self
                .places(name)
                .filter_map(|place| self.choice(choice, &place, blanks))
                .filter(|value| blanks == Blanks::Kept || !is_blank(value, Some(choice.tag)))
                .collect(),
            Shape::Flag | Shape::Number { .. } | Shape::Text(_) | Shape::Name(_) | Shape::List(_) => {
                self.places(name).filter_map(|place| self.single(inner, self.get(&place))).collect()
            }
        };
        (!values.is_empty()).then(|| values.into())
    }

    /// The names of a list's members, in the order of their numbers.
    fn places(&self, name: &str) -> impl Iterator<Item = String> {
        let begin = format!("{name}.");
        let number = |key: &&str| key.strip_prefix(&begin)?.split('.').next()?.parse::<usize>().ok();
        let numbers: BTreeSet<usize> = self.fields.keys().filter_map(number).collect();
        numbers.into_iter().map(move |number| format!("{begin}{number}"))
    }

    fn choice(&self, choice: &Choice, name: &str, blanks: Blanks) -> Option<Value> {
        let tag = self.get(&format!("{name}.{}", choice.tag));
        let record = choice.option(tag)?;
        let mut members = self.members(record, &format!("{name}.@{tag}"), blanks);
        members.insert(choice.tag.to_owned(), tag.into());
        Some(members.into())
    }
}

fn below(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}

/// Whether nothing was written in it; what tells options apart does not count.
fn is_blank(value: &Value, tag: Option<&str>) -> bool {
    match value {
        Value::Object(members) => members.iter().all(|(key, value)| Some(key.as_str()) == tag || is_blank(value, None)),
        Value::Array(values) => values.is_empty(),
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Part, What, shown};
    use super::*;
    use crate::look::{Chosen, Look, zone};
    use crate::texts::{Language, Texts};

    const SAMPLE: &str = include_str!("../../../../../../shared/policy/policy.sample.yaml");

    fn look(zone_name: &str) -> Look {
        let now = "2026-06-01T10:00:00Z".parse().unwrap();
        Look {
            t: Texts { language: Language::English },
            chosen: Chosen::default(),
            zone: zone(zone_name).unwrap(),
            now,
        }
    }

    /// What a browser sends when nobody changes anything.
    fn untouched(parts: &[Part]) -> Vec<(String, String)> {
        let mut sent = Vec::new();
        for part in parts {
            let name = part.name.clone();
            match &part.what {
                What::Flag(true) => sent.push((name, "1".to_owned())),
                What::Group { optional: Some(true), .. } => sent.push((format!("{name}?"), "1".to_owned())),
                What::Number { value, .. } | What::Text { value, .. } => sent.push((name, value.clone())),
                What::Many(picks) | What::One(picks) | What::Choice(picks) => {
                    let chosen = picks.iter().filter(|pick| pick.chosen);
                    sent.extend(chosen.map(|pick| (name.clone(), pick.value.to_owned())));
                }
                What::Several { values, .. } => sent.extend(values.iter().cloned()),
                _ => {}
            }
        }
        sent
    }

    fn samples() -> Vec<(Kind, Value)> {
        let files = [policy::File { name: "sample".to_owned(), text: SAMPLE.to_owned() }];
        Kind::ALL
            .into_iter()
            .flat_map(|kind| policy::entries(kind, &files).into_iter().map(move |e| (kind, e)))
            .collect()
    }

    #[test]
    fn what_a_form_shows_is_what_it_sends_back() {
        let all = samples();
        assert!(all.len() > 10, "{}", all.len());
        for place in ["UTC", "Europe/Berlin", "America/St_Johns"] {
            let look = look(place);
            for (kind, entry) in &all {
                for first in [&[][..], &["name", "approval"]] {
                    let fields = untouched(&shown(*kind, entry, first, &look));
                    let sent = Sent::new(&fields, look.zone.clone());
                    assert_eq!(&sent.entry(*kind, Blanks::Dropped), entry, "{place}");
                    assert_eq!(&sent.entry(*kind, Blanks::Kept), entry, "{place}");
                }
            }
        }
    }

    #[test]
    fn buttons_add_an_empty_entry_and_take_one_away() {
        let (kind, entry) = samples().into_iter().find(|(kind, _)| *kind == Kind::ApprovalPolicy).unwrap();
        let look = look("UTC");
        let fields = untouched(&shown(kind, &entry, &[], &look));
        let sent = Sent::new(&fields, look.zone.clone());
        let before = entry["policy"]["stages"].as_array().unwrap().len();
        let more = sent.rearranged(kind, "add:policy.stages").unwrap();
        assert_eq!(more["policy"]["stages"].as_array().unwrap().len(), before + 1);
        let fields = untouched(&shown(kind, &more, &[], &look));
        let again = Sent::new(&fields, look.zone.clone());
        assert_eq!(again.entry(kind, Blanks::Dropped), entry, "an empty one says nothing");
        let added = format!("drop:policy.stages.{before}");
        assert_eq!(again.rearranged(kind, &added).unwrap()["policy"]["stages"], entry["policy"]["stages"]);
        let less = again.rearranged(kind, "drop:policy.stages.0").unwrap();
        assert_eq!(less["policy"]["stages"].as_array().unwrap().len(), before);
        let inner = sent.rearranged(kind, "add:policy.stages.0.voters.on_call").unwrap();
        assert!(!inner["policy"]["stages"][0]["voters"]["on_call"].as_array().unwrap().is_empty());
        for nonsense in ["", "add", "drop:policy", "drop:policy.stages.99", "add:name", "add:name.b", "drop:x.0"] {
            assert_eq!(sent.rearranged(kind, nonsense), None, "{nonsense}");
        }
    }
}
