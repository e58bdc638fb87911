//! The shape of a document: which members it has, of which kind, and whether always. A member that is null is a member that is
//! not there: clients that were generated from AWS's models read both alike.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What several documents of one kind have in common.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    structures: BTreeMap<String, u32>,
    members: BTreeMap<String, Member>,
}

#[derive(Clone, Debug, Default)]
struct Member {
    parent: String,
    seen: u32,
    kinds: BTreeSet<&'static str>,
}

impl Shape {
    /// Takes one more document into account, without the members of this name at its top.
    pub fn take(&mut self, document: &Value, without: &[&str]) {
        self.visit("", document, without);
    }

    /// Each member's path with its kinds; a member that some documents lack is there `sometimes`.
    pub fn members(&self) -> impl Iterator<Item = (&str, String)> {
        self.members.iter().map(|(path, member)| {
            let kinds = member.kinds.iter().copied().collect::<Vec<_>>().join(" or ");
            let always = self.structures.get(&member.parent) == Some(&member.seen);
            (path.as_str(), if always { kinds } else { format!("{kinds}, sometimes") })
        })
    }

    fn visit(&mut self, path: &str, value: &Value, without: &[&str]) {
        match value {
            Value::Object(fields) => {
                *self.structures.entry(path.to_owned()).or_default() += 1;
                let there = fields.iter().filter(|(name, value)| !value.is_null() && !without.contains(&name.as_str()));
                for (name, value) in there {
                    let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    let member = self.members.entry(inner.clone()).or_default();
                    path.clone_into(&mut member.parent);
                    member.seen += 1;
                    member.kinds.insert(kind(value));
                    self.visit(&inner, value, &[]);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.visit(&format!("{path}[]"), item, &[])),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

/// What a JSON value is.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "structure",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(documents: &[Value]) -> Vec<(String, String)> {
        let mut shape = Shape::default();
        for document in documents {
            shape.take(document, &["__type"]);
        }
        shape.members().map(|(path, kinds)| (path.to_owned(), kinds)).collect()
    }

    #[test]
    fn members_are_named_by_their_path() {
        let found = members(&[json!({"__type": "x", "Users": [{"Id": "a", "Age": 1}, {"Id": "b", "Age": null}]})]);
        let expected = [("Users", "list"), ("Users[].Age", "number, sometimes"), ("Users[].Id", "text")];
        assert_eq!(found, expected.map(|(path, kinds)| (path.to_owned(), kinds.to_owned())));
    }

    #[test]
    fn a_member_of_two_kinds_shows_both() {
        let found = members(&[json!({"Length": "PT1H"}), json!({"Length": 3600})]);
        assert_eq!(found, [("Length".to_owned(), "number or text".to_owned())]);
    }
}
