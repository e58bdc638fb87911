//! What goes over the wire, as plain values. Fields that the client does not know are left out.

pub mod approval;
pub mod change;
pub mod delegation;
pub mod directory;
pub mod document;
pub mod event;
pub mod explanation;
pub mod grant;
pub mod incident;
pub mod operations;
pub mod policy;
pub mod profile;
pub mod request;
pub mod review;
pub mod settings;
pub mod template;
pub mod trail;
pub mod webhook;

use serde::{Deserialize, Serialize};

/// The parameters of a filter that are set.
pub(crate) fn query<const N: usize>(all: [(&'static str, Option<String>); N]) -> Vec<(&'static str, String)> {
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor of the next page; none on the last.
    #[serde(default)]
    pub next: Option<String>,
}

/// Somebody: an id, and what pages call them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "AnyPerson")]
pub struct Person {
    /// The immutable id in Identity Store.
    pub id: String,
    /// The display name; the id where there is none.
    pub name: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AnyPerson {
    Named {
        id: String,
        #[serde(alias = "display_name")]
        name: Option<String>,
    },
    Bare(String),
}

impl From<AnyPerson> for Person {
    fn from(any: AnyPerson) -> Self {
        match any {
            AnyPerson::Named { id, name } => Self { name: name.unwrap_or_else(|| id.clone()), id },
            AnyPerson::Bare(id) => Self { name: id.clone(), id },
        }
    }
}
