//! YAML as a tree whose every value knows its place, without what can surprise: anchors, aliases, tags, further
//! documents, and keys given twice are refused, and nothing is guessed from how a value looks.

mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::{Out, write};

/// Where something stands, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    pub line: usize,
    pub column: usize,
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub at: Place,
    pub value: Value,
}

/// What stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A text, a number, true or false: what it is decides who reads it.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub at: Place,
    pub text: String,
}

impl Node {
    /// Whether nothing is written here.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// As JSON: YAML's core schema for what is written without quotes.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Scalar { .. } if self.is_nothing() => serde_json::Value::Null,
            Value::Scalar { text, plain: true } => match (text.as_str(), text.parse::<i64>()) {
                ("true" | "True" | "TRUE", _) => true.into(),
                ("false" | "False" | "FALSE", _) => false.into(),
                (_, Ok(number)) => number.into(),
                (text, Err(_)) => text.into(),
            },
            Value::Scalar { text, plain: false } => text.as_str().into(),
            Value::List(entries) => entries.iter().map(Self::to_json).collect(),
            Value::Map(members) => members.iter().map(|(key, node)| (key.text.clone(), node.to_json())).collect(),
        }
    }

    /// What it is, for messages.
    pub(crate) const fn what(&self) -> &'static str {
        match self.value {
            Value::Scalar { .. } => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}
