//! A policy as it is written in JSON.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Asked;
use super::pattern::matches;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Document {
    #[serde(rename = "Version")]
    _version: Option<String>,
    statement: Value,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    Many(Vec<T>),
    One(T),
}

impl<T> OneOrMany<T> {
    fn all(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Written {
    #[serde(rename = "Sid")]
    _sid: Option<String>,
    effect: Effect,
    action: Option<OneOrMany<String>>,
    not_action: Option<OneOrMany<String>>,
    resource: Option<OneOrMany<String>>,
    principal: Option<BTreeMap<String, OneOrMany<String>>>,
    #[serde(default)]
    condition: BTreeMap<Operator, BTreeMap<String, OneOrMany<String>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Effect {
    Allow,
    Deny,
}

/// How a condition compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
enum Operator {
    StringEquals,
    StringNotEquals,
    StringLike,
    ArnLike,
}

/// One statement, understood.
#[derive(Clone, Debug)]
pub struct Statement {
    pub effect: Effect,
    /// In lower case.
    pub actions: Vec<String>,
    /// Whether it is about every action but those.
    pub all_but_these_actions: bool,
    pub resources: Vec<String>,
    /// Whom it is about; in policies that are attached to somebody, none.
    pub principals: Option<Vec<String>>,
    pub conditions: Vec<Condition>,
}

/// Something that must be so, too.
#[derive(Clone, Debug)]
pub struct Condition {
    operator: Operator,
    key: String,
    values: Vec<String>,
}

impl Document {
    pub fn statements(self) -> Result<Vec<Statement>, String> {
        let all = match self.statement {
            Value::Array(many) => many,
            one => vec![one],
        };
        let read = |one| serde_json::from_value(one).map_err(|error| error.to_string()).and_then(Statement::of);
        all.into_iter().map(read).collect()
    }
}

impl Statement {
    fn of(written: Written) -> Result<Self, String> {
        let (actions, all_but_these_actions) = match (written.action, written.not_action) {
            (Some(actions), None) => (actions.all(), false),
            (None, Some(actions)) => (actions.all(), true),
            (Some(_), Some(_)) | (None, None) => return Err("either Action or NotAction must be there".to_owned()),
        };
        let principals = written.principal.map(|of| of.into_values().flat_map(OneOrMany::all).collect());
        let resources = match written.resource {
            Some(resources) => resources.all(),
            None if principals.is_some() => vec!["*".to_owned()],
            None => return Err("Resource must be there".to_owned()),
        };
        let conditions = written.condition.into_iter().flat_map(|(operator, keys)| {
            keys.into_iter().map(move |(key, values)| Condition { operator, key, values: values.all() })
        });
        Ok(Self {
            effect: written.effect,
            actions: actions.iter().map(|action| action.to_ascii_lowercase()).collect(),
            all_but_these_actions,
            resources,
            principals,
            conditions: conditions.collect(),
        })
    }
}

impl Condition {
    /// One value of several is enough. What is not known equals nothing.
    pub fn holds(&self, asked: &Asked) -> bool {
        let known = asked.context.iter().find(|(key, _)| key.eq_ignore_ascii_case(&self.key)).map(|(_, value)| value);
        let any = |fits: &dyn Fn(&str, &str) -> bool| {
            known.is_some_and(|known| self.values.iter().any(|value| fits(value, known)))
        };
        match self.operator {
            Operator::StringEquals => any(&|value, known| value == known),
            Operator::StringNotEquals => !any(&|value, known| value == known),
            Operator::StringLike | Operator::ArnLike => any(&|value, known| matches(value, known)),
        }
    }
}
