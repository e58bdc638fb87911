//! One attribute: its type's letter and its value, `{"S": "text"}`.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// An item of a table.
pub type Item = BTreeMap<String, Attribute>;

/// An attribute's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// `S`
    Text(String),
    /// `N`; DynamoDB writes numbers as text.
    Number(String),
    /// `BOOL`
    Flag(bool),
    /// `NULL`
    Null,
    /// `L`
    List(Vec<Attribute>),
    /// `M`
    Map(Item),
    /// `SS` and `NS`
    Texts(Vec<String>),
    /// `B` and `BS`, which TEAM does not use.
    Binary,
}

impl Attribute {
    /// What it is, for messages.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Number(_) => "a number",
            Self::Flag(_) => "a yes or no",
            Self::Null => "nothing",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Texts(_) => "a set of texts",
            Self::Binary => "binary",
        }
    }
}

struct AttributeVisitor;

impl<'de> Visitor<'de> for AttributeVisitor {
    type Value = Attribute;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute of DynamoDB JSON such as {\"S\": \"text\"}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attribute, A::Error> {
        let Some(letter) = map.next_key::<String>()? else {
            return Err(A::Error::custom("an attribute is empty; {\"NULL\": true} is written for nothing"));
        };
        let attribute = match letter.as_str() {
            "S" => Attribute::Text(map.next_value()?),
            "N" => Attribute::Number(map.next_value()?),
            "BOOL" => Attribute::Flag(map.next_value()?),
            "NULL" => map.next_value::<bool>().map(|_| Attribute::Null)?,
            "L" => Attribute::List(map.next_value()?),
            "M" => Attribute::Map(map.next_value()?),
            "SS" | "NS" => Attribute::Texts(map.next_value()?),
            "B" | "BS" => map.next_value::<serde::de::IgnoredAny>().map(|_| Attribute::Binary)?,
            other => {
                let other: String = other.chars().take(40).collect();
                return Err(A::Error::custom(format!(
                    "{other:?} is no type of DynamoDB JSON (S, N, BOOL, NULL, L, M, SS, NS, B, BS)"
                )));
            }
        };
        match map.next_key::<String>()? {
            None => Ok(attribute),
            Some(_) => Err(A::Error::custom("an attribute has one type only, such as {\"S\": \"text\"}")),
        }
    }
}

impl<'de> Deserialize<'de> for Attribute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AttributeVisitor)
    }
}

/// The item as plain JSON, to be kept beside what was understood of it.
pub fn plain(item: &Item) -> serde_json::Value {
    serde_json::Value::Object(item.iter().map(|(name, value)| (name.clone(), plain_value(value))).collect())
}

fn plain_value(attribute: &Attribute) -> serde_json::Value {
    match attribute {
        // Numbers stay text: DynamoDB's are wider than any of ours.
        Attribute::Text(text) | Attribute::Number(text) => text.replace('\0', "\u{fffd}").into(),
        Attribute::Flag(flag) => (*flag).into(),
        Attribute::Null | Attribute::Binary => serde_json::Value::Null,
        Attribute::List(list) => list.iter().map(plain_value).collect(),
        Attribute::Map(map) => plain(map),
        Attribute::Texts(texts) => texts.clone().into(),
    }
}
