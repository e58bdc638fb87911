//! Two versions of a document, field by field, in words.

use serde::{Deserialize, Serialize};

use crate::yaml::Out;

/// One thing that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Difference {
    /// The field, as a path such as `approval.stages[0].votes`.
    pub field: String,
    /// What it was, with names; not there when something is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it becomes; not there when something is taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let field = &self.field;
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => write!(f, "{field}: {before} becomes {after}"),
            (Some(before), None) => write!(f, "{field}: without {before}"),
            (None, Some(after)) => write!(f, "{field}: with {after}"),
            (None, None) => f.write_str(field),
        }
    }
}

/// What changes from one to the other.
pub(crate) fn differences(before: &Out, after: &Out) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", Some(before), Some(after), &mut found);
    found
}

fn compare(field: &str, before: Option<&Out>, after: Option<&Out>, found: &mut Vec<Difference>) {
    match (before, after) {
        (Some(before), Some(after)) if before == after => {}
        (Some(Out::Map(old)), Some(Out::Map(new))) if tag(old) == tag(new) => {
            for (key, value) in old {
                let there = new.iter().find(|(name, _)| name == key).map(|(_, value)| value);
                compare(&path(field, key), Some(value), there, found);
            }
            for (key, value) in new.iter().filter(|(key, _)| !old.iter().any(|(name, _)| name == key)) {
                compare(&path(field, key), None, Some(value), found);
            }
        }
        (Some(Out::List(old)), Some(Out::List(new))) => lists(field, old, new, found),
        (None, Some(Out::List(new))) => lists(field, &[], new, found),
        (Some(Out::List(old)), None) => lists(field, old, &[], found),
        (before, after) => {
            let (before, after) = (before.map(inline), after.map(inline));
            found.push(Difference { field: field.to_owned(), before, after });
        }
    }
}

/// What tells one kind of mapping from another: those of different kinds are not compared field by field.
fn tag(members: &[(String, Out)]) -> Option<&Out> {
    members.iter().find(|(key, _)| matches!(key.as_str(), "kind" | "source")).map(|(_, value)| value)
}

fn path(field: &str, key: &str) -> String {
    if field.is_empty() { key.to_owned() } else { format!("{field}.{key}") }
}

fn lists(field: &str, old: &[Out], new: &[Out], found: &mut Vec<Difference>) {
    let gone: Vec<&Out> = without(old, new);
    let come: Vec<(usize, &Out)> = without(new, old)
        .into_iter()
        .map(|out| (new.iter().position(|other| std::ptr::eq(other, out)).unwrap_or_default(), out))
        .collect();
    let both_are_maps = |out: &&Out| matches!(out, Out::Map(_));
    if gone.is_empty() && come.is_empty() {
        let all = |list: &[Out]| Some(inline(&Out::List(list.to_vec())));
        found.push(Difference { field: format!("{field} (order)"), before: all(old), after: all(new) });
    } else if gone.len() == come.len() && gone.iter().all(both_are_maps) {
        for (before, (place, after)) in gone.into_iter().zip(come) {
            compare(&format!("{field}[{place}]"), Some(before), Some(after), found);
        }
    } else {
        let field = || field.to_owned();
        found.extend(gone.into_iter().map(|out| Difference { field: field(), before: Some(inline(out)), after: None }));
        found.extend(come.into_iter().map(|(_, out)| Difference {
            field: field(),
            before: None,
            after: Some(inline(out)),
        }));
    }
}

/// What is in the one list more often than in the other.
fn without<'a>(list: &'a [Out], other: &[Out]) -> Vec<&'a Out> {
    let mut left: Vec<&Out> = other.iter().collect();
    let mut more = Vec::new();
    for out in list {
        match left.iter().position(|there| *there == out) {
            Some(place) => {
                left.swap_remove(place);
            }
            None => more.push(out),
        }
    }
    more
}

/// On one line.
fn inline(out: &Out) -> String {
    match out {
        Out::Bare(bare) => bare.clone(),
        Out::Text(text, None) => format!("{text:?}"),
        Out::Text(text, Some(beside)) => format!("{text} ({beside:?})"),
        Out::List(entries) => format!("[{}]", entries.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Out::Map(members) => {
            let members: Vec<String> = members.iter().map(|(key, value)| format!("{key}: {}", inline(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}
